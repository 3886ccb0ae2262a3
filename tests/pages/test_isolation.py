"""What one person does on a page never reaches another, and no kernel knows whose it is."""

import re
from pathlib import Path

import httpx
import pytest

from tests.conftest import RunningCourse
from tests.kernels.conftest import parent_of
from tests.pages.visitors import (
    PROBE_MODULE,
    SECOND_MODULE,
    PageView,
    dial,
    kernel_of,
    open_page,
)

pytestmark = pytest.mark.slow

NAMES = ("Astrid Hemlighet", "Björn Tystnad")


def steps_of(view: PageView) -> list[str]:
    """What is inside the frame."""
    return re.findall(r"<section[^>]*data-step.*?</section>", view.source, re.DOTALL)


def started_with(pid: int) -> str:
    """The command line and environment that a process was born with."""
    return "".join(
        Path(f"/proc/{pid}/{name}").read_bytes().decode() for name in ("cmdline", "environ")
    )


def sockets_held_by(pid: int) -> set[str]:
    links = {str(entry.readlink()) for entry in Path(f"/proc/{pid}/fd").iterdir()}
    return {link for link in links if link.startswith("socket:")}


@pytest.fixture
def two_people(probe_course: RunningCourse) -> list[httpx.Client]:
    return [probe_course.client(probe_course.person(name)) for name in NAMES]


async def test_values_of_one_person_never_reach_another(two_people: list[httpx.Client]) -> None:
    anna, bo = two_people
    first, second = open_page(anna), open_page(bo)
    async with kernel_of(anna, first) as one, kernel_of(bo, second) as other:
        await one.ready()
        await other.ready()
        assert await one.double(600) == 1200
        await one.evaluate("globals().update(secret='hers')")
        states = await other.states()
        assert states[second.model("IntSliderModel")]["value"] == 1
        assert states[second.model("IntTextModel")]["value"] == 2
        assert await other.evaluate("'secret' in globals()") is False
        assert await other.double(7) == 14
        assert (await one.states())[first.model("IntTextModel")]["value"] == 1200
    # nor does it stay for who comes after
    third = open_page(bo)
    assert third.models[third.model("IntTextModel")]["state"]["value"] == 2
    async with kernel_of(bo, third) as line:
        await line.ready()
        assert (await line.states())[third.model("IntTextModel")]["value"] == 2


async def test_a_pages_second_kernel_knows_nothing_of_its_first(
    two_people: list[httpx.Client],
) -> None:
    anna, _ = two_people
    view = open_page(anna)
    async with kernel_of(anna, view) as line:
        await line.ready()
        await line.double(600)
    async with kernel_of(anna, view) as line:
        assert (await line.ready())["resumed"] is False
        assert (await line.states())[view.model("IntTextModel")]["value"] == 2


@pytest.mark.parametrize("module", [PROBE_MODULE, SECOND_MODULE])
def test_the_page_is_the_same_for_everybody_apart_from_its_frame(
    two_people: list[httpx.Client], module: str
) -> None:
    first, second = (open_page(person, module) for person in two_people)
    assert (first.version, first.build) == (second.version, second.build)
    assert first.models == second.models
    assert steps_of(first)
    assert steps_of(first) == steps_of(second)


async def test_a_kernel_knows_neither_who_reads_nor_the_servers_secrets(
    probe_course: RunningCourse,
) -> None:
    person = probe_course.person("Cecilia Okänd")
    client = probe_course.client(person)
    view = open_page(client)
    token = client.cookies["motesklar_session"]
    async with kernel_of(client, view) as line:
        kernel = (await line.ready())["kernel"]
        await line.double(5)
        environment = await line.evaluate("dict(os.environ)")
        pid = await line.evaluate("os.getpid()")
        arguments = await line.evaluate("__import__('sys').argv + __import__('sys').path")
        names = await line.evaluate("repr(sorted(globals().items(), key=lambda item: item[0]))")
        born = started_with(pid)
    known = " ".join([str(environment), str(arguments), names, born])
    for secret in (person, "Cecilia", "Okänd", token, kernel, *NAMES):
        assert secret not in known
    assert environment["MOTESKLAR_LANGUAGE"] == "sv"
    # the server was started with these
    assert {"PORT", "DATA"}.isdisjoint(environment)
    assert str(probe_course.port) not in born


async def test_a_kernel_holds_no_socket_of_the_server_or_of_another_page(
    two_people: list[httpx.Client],
) -> None:
    anna, bo = two_people
    async with kernel_of(anna, open_page(anna)) as one, kernel_of(bo, open_page(bo)) as other:
        await one.ready()
        await other.ready()
        pids = [await line.evaluate("os.getpid()") for line in (one, other)]
        first, second = (sockets_held_by(pid) for pid in pids)
        of_snapshot = sockets_held_by(parent_of(pids[0]))
    assert first
    assert first.isdisjoint(second)
    assert of_snapshot.isdisjoint(first | second)


async def test_a_lost_page_is_not_found_by_the_next_person_on_a_shared_device(
    probe_course: RunningCourse,
) -> None:
    device = probe_course.client(probe_course.person("Doris"))
    view = open_page(device)
    line = await dial(device, view)
    kernel = (await line.ready())["kernel"]
    await line.double(600)
    line.lose()
    next_person = probe_course.client(probe_course.person("Erik"))
    async with kernel_of(next_person, view, kernel) as other:
        assert (await other.ready())["resumed"] is False
        assert (await other.states())[view.model("IntTextModel")]["value"] == 2
