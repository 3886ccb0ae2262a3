"""Who may call, which room lives, and what is saved."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import delete

from motesklar.call.manager import REMEMBER_SECONDS, Calls
from motesklar.call.messages import EvidenceMessage, Joined, Offer, PartnerMessage, PartnerText
from motesklar.call.partner import Line
from motesklar.call.room import CONNECT_SECONDS, Ending, MediaBlocked, Room
from motesklar.config import CallSection
from motesklar.errors import BadRequest, Unavailable
from motesklar.i18n import Languages
from motesklar.store.database import Database
from motesklar.store.facts import FactLog, FactRecord
from motesklar.store.models import Evidence, Person
from tests.call.conftest import MODULE, Notebook, until
from tests.call.fakes import FakeClock, FakePeer, FakePeers


class Office:
    """A manager over fake connections, with one call of it by name."""

    def __init__(self, make_calls: Callable[..., Calls], **changes: Any) -> None:
        self.clock = FakeClock()
        self.peers = FakePeers()
        self.calls = make_calls(make_peer=self.peers, clock=self.clock, **changes)

    async def join(
        self, person_id: str, client_id: str = "client-1", language: str = "sv"
    ) -> tuple[Room, FakePeer, Notebook]:
        notebook = Notebook()
        room = await self.calls.join(
            person_id, MODULE, language=language, client_id=client_id, listener=notebook
        )
        return room, self.peers.made[-1], notebook


@pytest.fixture
def office(make_calls: Callable[..., Calls]) -> Office:
    return Office(make_calls)


@pytest.fixture
def small_office(make_calls: Callable[..., Calls]) -> Office:
    settings = CallSection(partner_name="Kim", minutes_max=1, people_max=2, addresses=[])
    return Office(make_calls, settings=settings)


@pytest.fixture
def alma(add_person: Callable[[str], str]) -> str:
    return add_person("Alma")


async def test_who_joins_learns_the_partners_name_and_gets_an_offer(
    office: Office, alma: str
) -> None:
    room, _, notebook = await office.join(alma)
    assert notebook.of_type(Joined) == [Joined(room=room.id, partner="Kim")]
    assert notebook.of_type(Offer) == [Offer(sdp="v=0 offer")]


@pytest.mark.parametrize("language", ["sv", "en"])
async def test_the_partner_greets_by_voice_and_caption_in_the_persons_language(
    office: Office, alma: str, language: str, languages: Languages
) -> None:
    _, peer, notebook = await office.join(alma, language=language)
    assert notebook.of_type(PartnerMessage) == [], "not before somebody can hear it"
    peer.events.connected()
    greeting = languages[language].gettext(Line.GREETING.value)
    assert notebook.of_type(PartnerMessage) == [PartnerMessage(state="greeting", caption=greeting)]
    assert [clip.sentence for clip in peer.played] == [greeting]


async def test_a_language_without_a_voice_hears_the_default_one(
    office: Office, alma: str, languages: Languages
) -> None:
    _, peer, _ = await office.join(alma, language="fi")
    peer.events.connected()
    assert peer.played[0].sentence == languages["sv"].gettext(Line.GREETING.value)


async def test_text_is_answered_by_text_and_voice_without_any_sound_or_picture(
    office: Office, alma: str, languages: Languages
) -> None:
    room, peer, notebook = await office.join(alma)
    room.write("Hej\n")
    await until(lambda: office.clock.now and notebook.of_type(PartnerMessage), "the greeting")
    office.clock.now += 20
    await until(lambda: notebook.of_type(PartnerMessage)[-1].state == "listening", "listening")
    await until(lambda: notebook.of_type(PartnerText), "the written answer")
    answer = languages["sv"].gettext(Line.READ.value)
    assert notebook.of_type(PartnerText) == [PartnerText(text=answer)]
    assert peer.played[-1].sentence == answer
    assert notebook.of_type(PartnerMessage)[-1].caption == answer


async def test_where_no_media_gets_through_the_person_is_told_once_and_the_call_goes_on(
    office: Office, alma: str
) -> None:
    _, _, notebook = await office.join(alma)
    office.clock.now += CONNECT_SECONDS + 1
    await until(lambda: notebook.errors, "the error")
    await until(lambda: notebook.of_type(PartnerMessage), "the greeting")
    office.clock.now += 30
    await until(lambda: len(notebook.of_type(PartnerMessage)) > 1, "listening")
    assert [type(error) for error in notebook.errors] == [MediaBlocked]
    assert notebook.endings == []


async def test_sound_is_saved_and_shown_and_facts_are_recorded_once_each(
    office: Office, alma: str, evidence_of: Callable[[str], Evidence | None]
) -> None:
    facts: list[FactRecord] = []
    office.calls.facts.subscribe(facts.append)
    _, peer, notebook = await office.join(alma)
    peer.events.connected()
    peer.sound(3.2)
    await until(lambda: evidence_of(alma), "the evidence")
    await until(lambda: notebook.of_type(EvidenceMessage)[-1].sound_seconds == 3.2, "the message")
    peer.sound(1.0)
    await until(lambda: notebook.of_type(EvidenceMessage)[-1].sound_seconds == 4.2, "the message")
    await office.join(alma)
    assert [fact.kind for fact in facts] == ["call_joined", "call_evidence"]
    assert {(fact.person_id, fact.module) for fact in facts} == {(alma, MODULE)}


async def test_what_is_shown_has_been_saved(
    office: Office, alma: str, evidence_of: Callable[[str], Evidence | None]
) -> None:
    room, _, notebook = await office.join(alma)
    room.write("Hej på dig")
    await until(lambda: notebook.of_type(EvidenceMessage)[-1].text_characters, "the message")
    row = evidence_of(alma)
    assert row is not None
    assert row.text_characters == 10


async def test_silence_saves_nothing(
    office: Office, alma: str, evidence_of: Callable[[str], Evidence | None]
) -> None:
    _, peer, _ = await office.join(alma)
    for _ in range(500):
        peer.events.sound(0.0002, 0.02)
    await office.calls.close()
    assert evidence_of(alma) is None


async def test_the_last_evidence_is_saved_when_the_person_hangs_up(
    office: Office, alma: str, evidence_of: Callable[[str], Evidence | None]
) -> None:
    room, peer, notebook = await office.join(alma)
    peer.sound(0.5)
    office.calls.hang_up(room)
    await until(lambda: evidence_of(alma), "the evidence")
    assert notebook.endings == [Ending.LEFT]
    assert peer.closed == 1


async def test_a_later_call_adds_to_the_earlier_evidence(
    make_calls: Callable[..., Calls], alma: str, evidence_of: Callable[[str], Evidence | None]
) -> None:
    for _ in range(2):
        office = Office(make_calls)
        _, peer, _ = await office.join(alma)
        peer.sound(1.0)
        await office.calls.close()
    row = evidence_of(alma)
    assert row is not None
    assert row.sound_seconds == pytest.approx(2.0)


async def test_pictures_are_no_longer_decoded_when_there_are_enough(
    office: Office, alma: str
) -> None:
    _, peer, _ = await office.join(alma)
    peer.events.connected()
    for _ in range(200):
        office.clock.now += 0.1
        peer.picture()
        if peer.pictures_stopped:
            break
    assert peer.pictures_stopped
    assert peer.looks > 90
    _, again, _ = await office.join(alma)
    again.events.connected()
    assert again.pictures_stopped, "a second call needs none at all"


async def test_the_same_person_replaces_their_ghost(office: Office, alma: str) -> None:
    _, ghost_peer, ghost = await office.join(alma, client_id="old-window")
    ghost_peer.sound(1.0)
    _, _, notebook = await office.join(alma, client_id="new-window")
    assert ghost.endings == [Ending.REPLACED]
    assert ghost_peer.closed == 1
    assert notebook.endings == []
    assert office.calls.people == 1
    await until(lambda: notebook.of_type(EvidenceMessage)[-1].sound_seconds == 1.0, "its evidence")


async def test_joining_many_times_at_once_leaves_one_room(office: Office, alma: str) -> None:
    joined = await asyncio.gather(*(office.join(alma, f"window-{n}") for n in range(8)))
    assert office.calls.people == 1
    alive = [notebook for _, _, notebook in joined if not notebook.endings]
    assert len(alive) == 1
    await office.calls.close()
    assert all(peer.closed for peer in office.peers.made)


async def test_the_same_page_goes_on_where_it_was(
    office: Office, alma: str, languages: Languages
) -> None:
    room, peer, _ = await office.join(alma)
    peer.events.connected()
    office.calls.hang_up(room)
    office.clock.now += 5
    _, again, notebook = await office.join(alma)
    again.events.connected()
    assert again.played[0].sentence == languages["sv"].gettext(Line.WELCOME_BACK.value)
    assert notebook.of_type(PartnerMessage)[0].state == "greeting"


async def test_a_new_call_of_the_same_person_is_greeted_anew(
    office: Office, alma: str, languages: Languages
) -> None:
    _, peer, _ = await office.join(alma)
    peer.events.connected()
    _, again, _ = await office.join(alma, client_id="another-call")
    again.events.connected()
    assert again.played[0].sentence == languages["sv"].gettext(Line.GREETING.value)


async def test_calls_that_nobody_came_back_to_are_forgotten(
    office: Office, alma: str, add_person: Callable[[str], str], languages: Languages
) -> None:
    room, peer, _ = await office.join(alma)
    peer.events.connected()
    await room.close(Ending.LEFT)
    office.clock.now += REMEMBER_SECONDS + 1
    await office.join(add_person("Bo"))
    _, again, _ = await office.join(alma)
    again.events.connected()
    assert again.played[0].sentence == languages["sv"].gettext(Line.GREETING.value)


async def test_who_comes_when_all_places_are_taken_is_told_so(
    small_office: Office, add_person: Callable[[str], str]
) -> None:
    people = [add_person(name) for name in ("Alma", "Bo", "Cleo")]
    room, _, _ = await small_office.join(people[0])
    await small_office.join(people[1])
    with pytest.raises(Unavailable, match="taken"):
        await small_office.join(people[2])
    await small_office.join(people[1])  # who is inside may come in again
    small_office.calls.hang_up(room)
    await small_office.join(people[2])
    assert small_office.calls.people == 2


async def test_a_call_ends_when_its_time_is_up(small_office: Office, alma: str) -> None:
    _, peer, notebook = await small_office.join(alma)
    small_office.clock.now += 61
    await until(lambda: notebook.endings, "the end")
    assert notebook.endings == [Ending.TIME_UP]
    await until(lambda: peer.closed, "the connection's end")
    assert small_office.calls.people == 0


async def test_a_lost_connection_ends_the_room(office: Office, alma: str) -> None:
    _, peer, notebook = await office.join(alma)
    peer.events.connected()
    peer.events.lost()
    assert notebook.endings == [Ending.LOST]
    assert office.calls.people == 0


async def test_a_connection_that_never_was_does_not_end_the_room(office: Office, alma: str) -> None:
    _, peer, notebook = await office.join(alma)
    peer.events.lost()
    assert notebook.endings == []
    assert [type(error) for error in notebook.errors] == [MediaBlocked]


async def test_a_room_can_be_closed_many_times_at_once(office: Office, alma: str) -> None:
    room, peer, notebook = await office.join(alma)
    await asyncio.gather(*(room.close(Ending.LEFT) for _ in range(5)))
    room.end(Ending.LOST)
    assert notebook.endings == [Ending.LEFT]
    assert peer.closed == 1


async def test_an_answer_that_comes_too_late_does_nothing(office: Office, alma: str) -> None:
    room, peer, _ = await office.join(alma)
    await room.close(Ending.LEFT)
    await room.answer("v=0")
    assert peer.answers == []


async def test_an_answer_that_cannot_be_used_is_told(office: Office, alma: str) -> None:
    room, _, _ = await office.join(alma)
    with pytest.raises(BadRequest):
        await room.answer("nonsense")


async def test_an_offer_that_fails_leaves_no_room(
    make_calls: Callable[..., Calls], alma: str
) -> None:
    class Broken(FakePeer):
        async def create_offer(self) -> str:
            raise OSError("no sockets left")

    calls = make_calls(make_peer=Broken)
    notebook = Notebook()
    with pytest.raises(OSError, match="no sockets"):
        await calls.join(alma, MODULE, language="sv", client_id="client-1", listener=notebook)
    assert calls.people == 0
    assert notebook.endings == [Ending.LOST]


async def test_a_fault_of_ours_ends_the_room_instead_of_hanging(
    office: Office, alma: str, caplog: pytest.LogCaptureFixture
) -> None:
    room, _, notebook = await office.join(alma)
    room.write("Hej\n")
    notebook.tell = None  # type: ignore[assignment,method-assign]
    office.clock.now += 30
    await until(lambda: notebook.endings, "the end")
    assert notebook.endings == [Ending.LOST]
    assert "failed" in caplog.text


async def test_closing_ends_every_call_saves_and_lets_nobody_in(
    office: Office,
    alma: str,
    add_person: Callable[[str], str],
    evidence_of: Callable[[str], Evidence | None],
) -> None:
    _, peer, notebook = await office.join(alma)
    await office.join(add_person("Bo"))
    peer.sound(1.0)
    await asyncio.gather(office.calls.close(), office.calls.close())
    assert notebook.endings == [Ending.CLOSING]
    assert all(peer.closed for peer in office.peers.made)
    row = evidence_of(alma)
    assert row is not None
    assert row.sound_seconds == pytest.approx(1.0)
    with pytest.raises(Unavailable):
        await office.join(alma)


async def test_somebody_erased_in_the_middle_does_not_stop_the_others(
    office: Office,
    alma: str,
    add_person: Callable[[str], str],
    database: Database,
    evidence_of: Callable[[str], Evidence | None],
) -> None:
    bo = add_person("Bo")
    _, alma_peer, _ = await office.join(alma)
    _, bo_peer, _ = await office.join(bo)
    with database.transaction() as session:
        session.execute(delete(Person).where(Person.id == alma))
    alma_peer.sound(1.0)
    bo_peer.sound(1.0)
    await office.calls.save()
    assert evidence_of(alma) is None
    assert evidence_of(bo) is not None


async def test_evidence_outlives_a_database_that_is_away(
    office: Office,
    alma: str,
    evidence_of: Callable[[str], Evidence | None],
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    _, peer, _ = await office.join(alma)
    with monkeypatch.context() as broken:
        broken.setattr("motesklar.call.manager.save_totals", _fail)
        peer.sound(1.0)
        await until(lambda: "could not be saved" in caplog.text, "the failure")
    await until(lambda: evidence_of(alma), "the evidence")


def _fail(*_args: Any) -> None:
    raise OSError("the database is away")


async def test_facts_are_seen_by_whoever_follows_the_log(
    make_calls: Callable[..., Calls], database: Database, alma: str
) -> None:
    office = Office(make_calls, facts=FactLog(database))
    await office.join(alma)
    assert [fact.kind for fact in office.calls.facts.of_person(alma, MODULE)] == ["call_joined"]
