"""Messages between the server and a worker."""

import asyncio
import socket
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from motesklar.call.worker import link as link_module
from motesklar.call.worker.link import FRAME_MAX, Link
from motesklar.call.worker.wire import ORDERS, REPORTS, AnyOrder, AnyReport, Beat, Stop, Tell

Ends = tuple[Link[AnyReport], Link[AnyOrder]]


@pytest_asyncio.fixture
async def ends() -> AsyncIterator[Ends]:
    here, there = socket.socketpair()
    server, worker = await Link.open(here, REPORTS), await Link.open(there, ORDERS)
    yield server, worker
    await server.close()
    await worker.close()


async def test_messages_arrive_whole_and_in_order(ends: Ends) -> None:
    server, worker = ends
    sent = [Tell(visits=[1, 2], text="å" * length) for length in (0, 1, 70_000, 300_000)]
    for message in sent:
        worker.send(message)
    assert [await server.receive() for _ in sent] == sent


async def test_the_end_of_the_other_side_is_told_and_nothing_more_is_sent(ends: Ends) -> None:
    server, worker = ends
    worker.send(Beat(number=1))
    await worker.close()
    assert await server.receive() == Beat(number=1)
    assert await server.receive() is None
    await server.close()
    server.send(Stop())


async def test_half_a_message_at_the_end_is_no_message() -> None:
    here, there = socket.socketpair()
    server = await Link.open(here, REPORTS)
    there.sendall((100).to_bytes(4) + b'{"type"')
    there.close()
    assert await server.receive() is None
    await server.close()


@pytest.mark.parametrize(
    "sent",
    [
        (FRAME_MAX + 1).to_bytes(4),
        (2).to_bytes(4) + b"{}",
        (4).to_bytes(4) + b"\xff\xff\xff\xff",
    ],
    ids=["too long", "no type", "no text"],
)
async def test_anything_else_is_a_fault(sent: bytes) -> None:
    here, there = socket.socketpair()
    server = await Link.open(here, REPORTS)
    there.sendall(sent)
    with pytest.raises(ValueError):  # noqa: PT011 - pydantic's and ours
        await server.receive()
    there.close()
    await server.close()


async def test_a_side_that_takes_nothing_is_given_up(
    ends: Ends, monkeypatch: pytest.MonkeyPatch
) -> None:
    server, worker = ends
    monkeypatch.setattr(link_module, "UNSENT_MAX", 400_000)
    for _ in range(100):
        worker.send(Tell(visits=[1], text="x" * 100_000))
    async with asyncio.timeout(60):
        while await server.receive() is not None:
            pass


async def test_a_message_that_is_too_long_is_left_out_and_the_link_goes_on(ends: Ends) -> None:
    server, worker = ends
    worker.send(Tell(visits=[1], text="x" * FRAME_MAX))
    worker.send(Beat(number=7))
    assert await server.receive() == Beat(number=7)
