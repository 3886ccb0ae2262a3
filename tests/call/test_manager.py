"""Calls over workers that are only pretended: what is ordered, saved, shown and remembered."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, TypeVar, cast

import pytest
import pytest_asyncio
from pydantic import BaseModel
from sqlalchemy import delete

from motesklar.call import manager
from motesklar.call.errors import CallsDown, NoSuchRoom
from motesklar.call.evidence import Totals
from motesklar.call.manager import Caller, Calls, Surroundings
from motesklar.call.messages import (
    COME_BACK,
    OVER,
    EvidenceMessage,
    Join,
    Restarting,
    ServerMessage,
    Text,
)
from motesklar.call.worker import wire
from motesklar.call.worker.supervisor import Supervisor, WorkerEvents
from motesklar.config import CallSection
from motesklar.errors import TooMany, Unavailable
from motesklar.store.database import Database
from motesklar.store.facts import FactRecord
from motesklar.store.models import Evidence, Person
from tests.call.conftest import MODULE, Doors, MakeCalls, until

Kind = TypeVar("Kind")


@dataclass
class FakeKeeper:
    """A worker that takes people at once."""

    number: int
    load: wire.Load | None = None


@dataclass
class FakeSupervisor:
    """Workers that do what the test says."""

    configurations: Sequence[wire.Configure]
    events: WorkerEvents
    sent: list[tuple[int, BaseModel]] = field(default_factory=list)
    keepers: list[FakeKeeper] = field(default_factory=list)
    running: bool = False
    wanted: bool = False
    started: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        self.started.set()
        self.keepers = [FakeKeeper(number) for number in range(len(self.configurations))]

    def start(self) -> None:
        self.running = True

    def send(self, number: int, order: BaseModel) -> None:
        self.sent.append((number, order))

    def ready(self) -> list[FakeKeeper]:
        return self.keepers if self.running else []

    def needed(self) -> None:
        self.wanted = True

    async def wait_ready(self, seconds: float) -> bool:
        return self.running

    async def wait_started(self, seconds: float) -> None:
        await self.started.wait()

    async def close(self) -> None:
        self.running = False

    def orders(self, kind: type[Kind]) -> list[Kind]:
        return [order for _, order in self.sent if isinstance(order, kind)]


@dataclass
class Page:
    """A listener that writes down what it is told."""

    messages: list[ServerMessage] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    codes: list[int] = field(default_factory=list)

    def tell(self, message: ServerMessage) -> None:
        self.messages.append(message)

    def tell_text(self, text: str) -> None:
        self.texts.append(text)

    def close_with(self, code: int) -> None:
        self.codes.append(code)

    def evidence(self) -> list[EvidenceMessage]:
        return [each for each in self.messages if isinstance(each, EvidenceMessage)]


class Office:
    """A manager over pretended workers."""

    def __init__(self, make_calls: MakeCalls, **changes: Any) -> None:
        self.now = 1000.0
        self.supervisors: list[FakeSupervisor] = []
        self.calls: Calls = make_calls(
            make_supervisor=self.supervise, clock=lambda: self.now, **changes
        )
        self.calls.start()

    def supervise(
        self, configurations: Sequence[wire.Configure], events: WorkerEvents
    ) -> Supervisor:
        self.supervisors.append(FakeSupervisor(configurations, events))
        return cast(Supervisor, self.supervisors[0])

    @property
    def workers(self) -> FakeSupervisor:
        return self.supervisors[0]

    async def practise(
        self, person: str, client: str = "client-1", language: str = "sv"
    ) -> tuple[wire.Enter, Page]:
        page = Page()
        caller = Caller(person, "Alma", language, page)
        await self.calls.practise(caller, MODULE, Join(client_id=client))
        return self.workers.orders(wire.Enter)[-1], page

    async def enter(self, person: str, room: str = "r-1") -> tuple[wire.Enter, Page]:
        page = Page()
        caller = Caller(person, "Alma", "sv", page)
        await self.calls.enter_room(caller, room, Join(client_id="client-1"))
        return self.workers.orders(wire.Enter)[-1], page

    def report(self, report: wire.AnyReport) -> None:
        self.workers.events.report(0, report)

    def arrives(
        self, entered: wire.Enter, totals: Totals, progress: dict[str, Any] | None = None
    ) -> None:
        self.report(
            wire.Practised(room=entered.room, totals=asdict(totals), progress=progress or {})
        )


@pytest_asyncio.fixture
async def office(make_calls: MakeCalls) -> Office:
    return Office(make_calls)


@pytest.fixture
def alma(add_person: Callable[[str], str]) -> str:
    return add_person("Alma")


async def test_there_is_one_worker_for_each_processor_unless_it_is_set(
    make_calls: MakeCalls, call_settings: CallSection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("motesklar.call.manager.os.cpu_count", lambda: 3)
    wanted = call_settings.model_copy(update={"workers": 0, "port": 40_000})
    ports = [each.port for each in Office(make_calls, settings=wanted).workers.configurations]
    assert ports == [40_000, 40_001, 40_002]
    wanted = call_settings.model_copy(update={"workers": 2, "port": 0})
    ports = [each.port for each in Office(make_calls, settings=wanted).workers.configurations]
    assert ports == [0, 0]


async def test_what_workers_tell_reaches_the_pages_that_are_still_there(
    office: Office, alma: str
) -> None:
    entered, page = await office.practise(alma)
    office.report(wire.Tell(visits=[entered.visit, 4711], text='{"type": "pong"}'))
    assert page.texts == ['{"type": "pong"}']
    office.report(wire.Bye(visit=entered.visit, code=OVER))
    assert page.codes == [OVER]
    office.report(wire.Tell(visits=[entered.visit], text='{"type": "pong"}'))
    office.report(wire.Bye(visit=entered.visit, code=OVER))
    assert (len(page.texts), page.codes) == (1, [OVER])
    assert office.calls.people == 0


async def test_what_pages_say_reaches_their_worker_until_they_have_gone(
    office: Office, alma: str
) -> None:
    page = Page()
    caller = Caller(alma, "Alma", "sv", page)
    visit = await office.calls.practise(caller, MODULE, Join(client_id="client-1"))
    office.calls.say(visit, Text(text="Hej"))
    assert office.workers.orders(wire.Say) == [
        wire.Say(visit=visit.number, message=Text(text="Hej"))
    ]
    office.calls.hang_up(visit)
    office.calls.hang_up(visit)
    office.calls.say(visit, Text(text="Hej"))
    assert len(office.workers.orders(wire.Say)) == 1
    assert office.workers.orders(wire.Exit) == [wire.Exit(visit=visit.number)]


async def test_evidence_is_saved_then_shown_and_facts_are_recorded_once_each(
    office: Office, alma: str, evidence_of: Callable[[str], Evidence | None]
) -> None:
    facts: list[FactRecord] = []
    office.calls.keeper.facts.subscribe(facts.append)
    entered, page = await office.practise(alma)
    assert [each.sound_seconds for each in page.evidence()] == [0.0]
    office.arrives(entered, Totals(sound_seconds=3.2, tasks={"speak": "speech"}))
    await until(lambda: len(page.evidence()) == 2, "what is shown")
    row = evidence_of(alma)
    assert row is not None
    assert (row.sound_seconds, row.tasks) == (3.2, {"speak": "speech"})
    office.arrives(entered, Totals(sound_seconds=4.0, tasks={"speak": "speech"}))
    await until(lambda: len(page.evidence()) == 3, "what is shown")
    await office.practise(alma)
    assert [(fact.kind, fact.detail) for fact in facts] == [
        ("call_joined", {}),
        ("call_evidence", {}),
        ("call_task", {"task": "speak"}),
    ]
    assert {(fact.person_id, fact.module) for fact in facts} == {(alma, MODULE)}


async def test_others_come_between_the_facts_of_a_full_house(
    office: Office, add_person: Callable[[str], str]
) -> None:
    turns: list[int] = []
    turn = 0

    def noted(fact: FactRecord) -> None:
        if fact.kind == "call_evidence":
            turns.append(turn)

    office.calls.keeper.facts.subscribe(noted)
    for number in range(5):
        entered, _ = await office.practise(add_person(f"Person {number}"))
        office.arrives(entered, Totals(sound_seconds=9.0))
    saving = asyncio.create_task(office.calls.keeper.save())
    while not saving.done():
        turn += 1
        await asyncio.sleep(0)
    assert len(turns) == len(set(turns)) == 5


async def test_evidence_only_grows(
    office: Office, alma: str, evidence_of: Callable[[str], Evidence | None]
) -> None:
    entered, _ = await office.practise(alma)
    office.arrives(entered, Totals(sound_seconds=9.0, text_characters=5))
    office.arrives(entered, Totals(sound_seconds=1.0, text_characters=7))
    await office.calls.close()
    row = evidence_of(alma)
    assert row is not None
    assert (row.sound_seconds, row.text_characters) == (9.0, 7)


async def test_a_worker_that_reports_of_no_practice_changes_nothing(
    office: Office, alma: str, evidence_of: Callable[[str], Evidence | None]
) -> None:
    office.report(
        wire.Practised(
            room=f"practice {alma} {MODULE}",
            totals=asdict(Totals(sound_seconds=9.0)),
            progress={},
        )
    )
    await office.calls.close()
    assert evidence_of(alma) is None


async def test_an_erased_person_gets_no_evidence_and_the_others_do(
    office: Office,
    alma: str,
    add_person: Callable[[str], str],
    database: Database,
    evidence_of: Callable[[str], Evidence | None],
) -> None:
    bo = add_person("Bo")
    first, _ = await office.practise(alma)
    second, _ = await office.practise(bo)
    with database.transaction() as session:
        session.execute(delete(Person).where(Person.id == alma))
    for entered in (first, second):
        office.arrives(entered, Totals(sound_seconds=9.0))
    await office.calls.close()
    assert evidence_of(alma) is None
    assert evidence_of(bo) is not None


async def test_a_database_that_is_away_loses_nothing(
    office: Office,
    alma: str,
    monkeypatch: pytest.MonkeyPatch,
    evidence_of: Callable[[str], Evidence | None],
) -> None:
    entered, page = await office.practise(alma)
    tries = []

    def away(*_: Any) -> None:
        tries.append(1)
        raise OSError("the database is away")

    with monkeypatch.context() as patch:
        patch.setattr("motesklar.call.keeper.save_totals", away)
        office.arrives(entered, Totals(sound_seconds=9.0))
        await until(lambda: tries, "a try")
    await until(lambda: len(page.evidence()) == 2, "what is shown")
    row = evidence_of(alma)
    assert row is not None
    assert row.sound_seconds == 9.0


async def test_the_same_page_goes_on_and_another_one_begins_anew(office: Office, alma: str) -> None:
    entered, _ = await office.practise(alma, "client-1")
    assert entered.progress is None or entered.progress == {}
    office.arrives(entered, Totals(text_characters=3), {"greeted": True})
    same, _ = await office.practise(alma, "client-1")
    assert same.progress == {"greeted": True}
    assert same.totals == asdict(Totals(text_characters=3)), "also what isn't saved yet"
    other, _ = await office.practise(alma, "client-2")
    assert other.progress is None
    assert other.totals == asdict(Totals(text_characters=3))
    assert other.member == entered.member


async def test_when_a_worker_dies_pages_come_back_and_another_one_gets_what_was_told(
    make_calls: MakeCalls, call_settings: CallSection, alma: str
) -> None:
    settings = call_settings.model_copy(update={"workers": 2})
    office = Office(make_calls, settings=settings)
    entered, page = await office.practise(alma)
    [(number, _)] = [each for each in office.workers.sent if each[1] is entered]
    office.arrives(entered, Totals(sound_seconds=2.0), {"greeted": True})
    office.workers.keepers = [each for each in office.workers.keepers if each.number != number]
    office.workers.events.lost(number)
    assert page.codes == [COME_BACK]
    assert office.calls.people == 0
    back, _ = await office.practise(alma)
    assert office.workers.sent[-1] == (1 - number, back)
    assert back.progress == {"greeted": True}
    assert back.totals is not None
    assert back.totals["sound_seconds"] == 2.0


async def test_without_any_worker_the_person_is_told_after_a_while(
    office: Office, alma: str
) -> None:
    office.workers.running = False
    with pytest.raises(CallsDown):
        await office.practise(alma)
    assert office.calls.people == 0


async def test_rooms_after_the_first_wait_for_the_workers_that_it_has_started(
    make_calls: MakeCalls, call_settings: CallSection, add_person: Callable[[str], str]
) -> None:
    alma, bo = add_person("Alma"), add_person("Bo")
    office = Office(make_calls, settings=call_settings.model_copy(update={"workers": 2}))
    assert not office.workers.wanted
    office.workers.started.clear()
    first, _ = await office.practise(alma)
    assert office.workers.wanted
    waiting = asyncio.create_task(office.practise(bo))
    again, _ = await office.practise(alma)
    assert again.room == first.room
    assert not waiting.done()
    office.workers.started.set()
    await waiting
    assert office.calls.people == 2


async def test_nobody_comes_in_while_the_server_stops(office: Office, alma: str) -> None:
    _, page = await office.practise(alma)
    await office.calls.close()
    assert page.messages[-1] == Restarting()
    assert page.codes == [COME_BACK]
    with pytest.raises(Unavailable):
        await office.practise(alma)


async def test_after_a_while_nothing_is_left_of_a_call(
    office: Office, alma: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(manager, "SAVE_SECONDS", 0.01)
    page = Page()
    caller = Caller(alma, "Alma", "sv", page)
    visit = await office.calls.practise(caller, MODULE, Join(client_id="client-1"))
    office.calls.hang_up(visit)
    office.now += wire.REMEMBER_SECONDS + 1
    await until(lambda: office.workers.orders(wire.Forget), "the order to forget")
    assert office.calls._directory.rooms == {}
    assert office.calls._practices == {}
    assert office.calls.keeper._practised == {}


async def test_a_flapping_page_is_stopped(office: Office, alma: str) -> None:
    async def flap() -> None:
        while True:
            await office.practise(alma)

    with pytest.raises(TooMany):
        await flap()


async def test_a_room_wants_a_pass_and_its_comings_and_goings_are_written_down(
    office: Office, doors: Doors, alma: str
) -> None:
    with pytest.raises(NoSuchRoom):
        await office.enter(alma)
    doors.let_in("r-1", alma, leader=True)
    entered, page = await office.enter(alma)
    assert (entered.kind, entered.title, entered.leader) == ("room", "Room 1", True)
    assert [each.person_id for each in office.calls.rooms_now()["r-1"]] == [alma]
    await office.practise(alma)
    assert list(office.calls.rooms_now()) == ["r-1"], "practice is nobody's business"
    office.report(wire.Bye(visit=entered.visit, code=OVER))
    assert doors.log == [("entered", alma, "r-1"), ("left", alma, "r-1")]
    assert office.calls.rooms_now() == {}
    assert page.codes == [OVER]


async def test_who_replaces_themselves_is_written_down_for_each_connection(
    office: Office, doors: Doors, alma: str
) -> None:
    doors.let_in("r-1", alma)
    first, page = await office.enter(alma)
    await office.enter(alma)
    assert len(office.calls.rooms_now()["r-1"]) == 1
    office.report(wire.Tell(visits=[first.visit], text="replaced"))
    office.report(wire.Bye(visit=first.visit, code=OVER))
    assert (page.texts, page.codes) == (["replaced"], [OVER])
    assert [what for what, *_ in doors.log] == ["entered", "entered", "left"]


async def test_leaders_orders_for_a_room_that_nobody_is_in_go_nowhere(office: Office) -> None:
    calls = office.calls
    calls.announce("r-1", "Cecilia", "Hello")
    calls.mute("r-1", "p-1", "Cecilia")
    calls.remove("r-1", "p-1")
    calls.end_room("r-1")
    assert office.workers.sent == []


async def test_the_relay_is_offered_with_a_password_that_runs_out(
    make_calls: MakeCalls, call_settings: CallSection, alma: str, tmp_path: Path
) -> None:
    secret = tmp_path / "turn-secret"
    secret.write_text("shared\n")
    url = "turns:turn.exempelstad.example:443?transport=tcp"
    settings = call_settings.model_copy(update={"turn_urls": [url], "turn_hours": 1})
    office = Office(make_calls, settings=settings, surroundings=Surroundings(turn_secret=secret))
    entered, _ = await office.practise(alma)
    [server] = entered.ice_servers
    assert server["urls"] == [url]
    assert server["credential"]


async def test_joins_at_the_same_moment_don_t_pass_each_other_by(
    make_calls: MakeCalls, call_settings: CallSection, add_person: Callable[[str], str]
) -> None:
    settings = call_settings.model_copy(update={"people_max": 3})
    office = Office(make_calls, settings=settings)
    people = [add_person(f"Person {number}") for number in range(8)]
    results = await asyncio.gather(
        *(office.practise(person) for person in people), return_exceptions=True
    )
    assert sum(not isinstance(result, BaseException) for result in results) == 3
    assert office.calls.people == 3
