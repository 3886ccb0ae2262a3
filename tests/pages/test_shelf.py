"""Which snapshot counts, while others are made, have failed or are gone."""

import asyncio
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from motesklar.capacity.figures import TemplateState
from motesklar.kernels.fork_client import ForkFailed
from motesklar.pages import shelf
from motesklar.pages.shelf import OLD_SNAPSHOT_LIFE, OLD_SNAPSHOTS_KEPT, RETRY_AFTER, Key, Shelf
from motesklar.pages.snapshots import BrokenModule, Snapshot
from motesklar.store.models import utcnow
from tests.pages.fakes import settled, snapshot_of

TRAVEL: Key = ("travel", "sv")
SOUND: Key = ("sound", "sv")


class FakeProcess:
    """A snapshot's process."""

    pid = 4711

    def __init__(self) -> None:
        self.returncode: int | None = None

    def poll(self) -> int | None:
        return self.returncode

    def close(self) -> None:
        self.returncode = -9


class FakeChannel:
    def close(self) -> None:
        pass


@dataclass
class Workshop:
    """A shelf, and who makes its snapshots."""

    now: datetime = field(default_factory=utcnow)
    made: list[Snapshot] = field(default_factory=list)
    #: Raised instead of making one, once each.
    failures: list[Exception] = field(default_factory=list)
    #: Clear it, and making takes for ever.
    goes_on: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        self.goes_on.set()
        self.shelf = Shelf(self._make)

    async def _make(self, key: Key) -> Snapshot:
        await self.goes_on.wait()
        if self.failures:
            raise self.failures.pop(0)
        snapshot = snapshot_of(key[0], version=f"v{len(self.made)}", build=f"b{len(self.made)}")
        snapshot.path = f"/template-{len(self.made)}/snapshot"
        process: Any = FakeProcess()
        channel: Any = FakeChannel()
        snapshot.process, snapshot.channel, snapshot.built_at = process, channel, self.now
        self.made.append(snapshot)
        return snapshot


@pytest.fixture
async def workshop(monkeypatch: pytest.MonkeyPatch) -> Workshop:
    workshop = Workshop()
    monkeypatch.setattr(shelf, "utcnow", lambda: workshop.now)
    return workshop


def is_alive(snapshot: Snapshot) -> bool:
    return snapshot.process.poll() is None


async def test_a_snapshot_is_made_once_however_many_ask(workshop: Workshop) -> None:
    workshop.goes_on.clear()
    asking = [asyncio.create_task(workshop.shelf.current(TRAVEL)) for _ in range(80)]
    await settled()
    assert workshop.shelf.views()[0].state is TemplateState.BUILDING
    workshop.goes_on.set()
    assert {id(await ask) for ask in asking} == {id(workshop.made[0])}
    assert await workshop.shelf.current(TRAVEL) is workshop.made[0]
    assert len(workshop.made) == 1


async def test_who_gives_up_waiting_stops_nobody_else(workshop: Workshop) -> None:
    workshop.goes_on.clear()
    impatient = asyncio.create_task(workshop.shelf.current(TRAVEL))
    patient = asyncio.create_task(workshop.shelf.current(TRAVEL))
    await settled()
    impatient.cancel()
    await settled()
    workshop.goes_on.set()
    assert await patient is workshop.made[0]


async def test_the_one_before_counts_until_the_new_one_is_there(workshop: Workshop) -> None:
    before = await workshop.shelf.current(TRAVEL)
    workshop.goes_on.clear()
    renewing = asyncio.create_task(workshop.shelf.renew(TRAVEL))
    await settled()
    assert await workshop.shelf.current(TRAVEL) is before
    workshop.goes_on.set()
    assert await renewing is await workshop.shelf.current(TRAVEL) is not before
    assert is_alive(before)


@pytest.mark.parametrize("failure", [BrokenModule("zero"), ForkFailed("gone"), ValueError("bad")])
async def test_one_that_can_not_be_made_leaves_the_one_before(
    workshop: Workshop, failure: Exception
) -> None:
    before = await workshop.shelf.current(TRAVEL)
    workshop.failures.append(failure)
    with pytest.raises(type(failure)):
        await workshop.shelf.renew(TRAVEL)
    assert await workshop.shelf.current(TRAVEL) is before
    assert is_alive(before)


async def test_a_broken_module_is_not_tried_at_every_visit(workshop: Workshop) -> None:
    workshop.failures += [BrokenModule("division by zero")] * 2
    with pytest.raises(BrokenModule):
        await workshop.shelf.current(TRAVEL)
    with pytest.raises(BrokenModule):
        await workshop.shelf.current(TRAVEL)
    assert len(workshop.failures) == 1
    (view,) = workshop.shelf.views()
    assert (view.state, view.reason) == (TemplateState.FAILED, "division by zero")
    workshop.now += RETRY_AFTER
    with pytest.raises(BrokenModule):
        await workshop.shelf.current(TRAVEL)
    workshop.now += RETRY_AFTER
    assert await workshop.shelf.current(TRAVEL)
    assert workshop.shelf.views()[0].state is TemplateState.READY


async def test_a_missing_template_is_no_fault_of_the_module(workshop: Workshop) -> None:
    workshop.failures.append(ForkFailed("gone"))
    with pytest.raises(ForkFailed):
        await workshop.shelf.current(TRAVEL)
    assert await workshop.shelf.current(TRAVEL)


async def test_an_older_version_is_found_while_its_process_lives(workshop: Workshop) -> None:
    before = await workshop.shelf.current(TRAVEL)
    after = await workshop.shelf.renew(TRAVEL)
    assert workshop.shelf.by_version(before.version) is before
    assert workshop.shelf.by_version(after.version) is after
    assert workshop.shelf.by_version("nobody's") is None
    before.process.close()
    assert workshop.shelf.by_version(before.version) is None


async def test_an_older_one_ends_after_a_while_unless_it_is_used(workshop: Workshop) -> None:
    used, unused = await workshop.shelf.current(TRAVEL), await workshop.shelf.renew(TRAVEL)
    await workshop.shelf.renew(TRAVEL)
    used.kernels = 1
    workshop.now += OLD_SNAPSHOT_LIFE
    workshop.shelf.drop_old()
    assert is_alive(used)
    assert is_alive(unused)
    workshop.now += timedelta(seconds=1)
    workshop.shelf.drop_old()
    assert [is_alive(snapshot) for snapshot in workshop.made] == [True, False, True]
    used.kernels = 0
    workshop.shelf.drop_old()
    assert [is_alive(snapshot) for snapshot in workshop.made] == [False, False, True]


async def test_an_older_one_whose_process_has_gone_holds_no_template(workshop: Workshop) -> None:
    before, after = await workshop.shelf.current(TRAVEL), await workshop.shelf.renew(TRAVEL)
    paths = {Path(snapshot.path).parent for snapshot in (before, after)}
    assert workshop.shelf.folders() == paths
    before.process.close()
    workshop.shelf.drop_old()
    assert workshop.shelf.folders() == {Path(after.path).parent}


async def test_an_author_who_saves_often_does_not_fill_the_memory(workshop: Workshop) -> None:
    other = await workshop.shelf.current(SOUND)
    for _ in range(20):
        await workshop.shelf.renew(TRAVEL)
        workshop.shelf.drop_old()
    alive = [snapshot for snapshot in workshop.made if is_alive(snapshot)]
    assert alive == [other, *workshop.made[-OLD_SNAPSHOTS_KEPT - 1 :]]


async def test_one_whose_process_has_gone_is_shown_until_another_is_made(
    workshop: Workshop,
) -> None:
    broken = await workshop.shelf.current(TRAVEL)
    broken.process.close()
    workshop.goes_on.clear()
    asking = [asyncio.create_task(workshop.shelf.replace(broken)) for _ in range(80)]
    await settled()
    assert await workshop.shelf.current(TRAVEL) is broken
    workshop.goes_on.set()
    assert {id(await ask) for ask in asking} == {id(workshop.made[1])}
    assert await workshop.shelf.replace(broken) is workshop.made[1]
    assert len(workshop.made) == 2


async def test_closing_ends_all_and_stops_what_is_being_made(workshop: Workshop) -> None:
    await workshop.shelf.current(TRAVEL)
    await workshop.shelf.renew(TRAVEL)
    workshop.goes_on.clear()
    making = asyncio.create_task(workshop.shelf.current(SOUND))
    await settled()
    await workshop.shelf.close()
    await workshop.shelf.close()
    assert not any(is_alive(snapshot) for snapshot in workshop.made)
    with pytest.raises(asyncio.CancelledError):
        await making
    assert workshop.shelf.folders() == set()
