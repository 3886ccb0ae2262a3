"""What is too old stands in a list, and is erased with a receipt once somebody approves it."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from nbgrader.api import Gradebook
from sqlalchemy import func, select

from motesklar.errors import Conflict
from motesklar.privacy.kinds import WHOLE_PEOPLE, Kind
from motesklar.store.models import (
    Answer,
    Attempt,
    AttemptState,
    AuditEntry,
    Base,
    Evidence,
    Fact,
    Person,
    Role,
    RosterEntry,
    Workshop,
)
from motesklar.store.people_tables import OutgoingLetter
from motesklar.store.privacy_tables import DataRequest, ErasureReceipt, FaultReport
from tests.accounts.conftest import Browser, Site, until, words
from tests.accounts.test_export_and_erase import MODULE, grade
from tests.privacy.conftest import Registry

Make = Callable[[str, datetime, str], Base]

MAKE: dict[Kind, Make] = {
    Kind.ANSWERS: lambda who, at, n: Answer(
        person_id=who, module="m", exercise=n, value={}, saved_at=at
    ),
    Kind.HAND_INS: lambda who, at, n: Attempt(
        id=n, person_id=who, module=n, version="v", answers={}, handed_in_at=at
    ),
    Kind.STEPS: lambda who, at, n: Fact(id=n, person_id=who, module="m", kind="done", at=at),
    Kind.TESTS: lambda who, at, n: Fact(id=n, person_id=who, module="", kind="verdict", at=at),
    Kind.EVIDENCE: lambda who, at, n: Evidence(person_id=who, module=n, updated_at=at),
    Kind.LETTERS: lambda who, at, n: OutgoingLetter(
        person_id=who,
        kind="reminder",
        state="sent",
        send_after=at,
        created_at=at,
        created_by="",
    ),
    Kind.LOG: lambda who, at, n: AuditEntry(at=at, actor_id=who, action=n),
    Kind.REQUESTS: lambda who, at, n: DataRequest(
        person_id=who, kind="correction", words=n, asked_at=at, answered_at=at, answer="Klart"
    ),
    Kind.FAULTS: lambda _who, at, n: FaultReport(at=at, words=n, handled_at=at),
}


def add(town: Registry, *rows: Base) -> None:
    with town.database.transaction() as session:
        session.add_all(rows)


def days(town: Registry, number: float) -> datetime:
    return town.clock() - timedelta(days=number)


def due(town: Registry) -> dict[Kind, int]:
    return {one.kind: one.count for one in town.privacy.desk.due()}


def keep(town: Registry, **periods: object) -> None:
    """Other periods than the shipped ones."""
    retention = town.settings.retention.model_copy(update=periods)
    town.settings = town.settings.model_copy(update={"retention": retention})
    town.privacy = town.make_privacy()


async def erase(town: Registry, kind: Kind) -> ErasureReceipt:
    desk = town.privacy.desk
    [found] = [one for one in desk.due() if one.kind is kind]
    progress = desk.approve(kind, found.before, actor_id="p-admin")
    await desk.wait(kind)
    assert not progress.broken
    return town.privacy.receipts.get(progress.receipt)


def count(town: Registry, table: type[Base]) -> int:
    with town.database.transaction() as session:
        return session.execute(select(func.count()).select_from(table)).scalar_one()


def test_every_kind_that_is_no_whole_person_is_tried_here() -> None:
    assert set(MAKE) | set(WHOLE_PEOPLE) == set(Kind)


@pytest.mark.parametrize("kind", MAKE)
async def test_of_each_kind_what_is_too_old_goes_and_the_rest_stays(
    town: Registry, kind: Kind
) -> None:
    keep(town, **{kind.value: 10})
    anna = town.person()
    old, new = MAKE[kind](anna.id, days(town, 11), "old"), MAKE[kind](anna.id, days(town, 9), "new")
    add(town, old, new)
    assert due(town)[kind] == 1

    before = count(town, type(old))
    receipt = await erase(town, kind)

    assert (receipt.kind, receipt.counts) == (kind.value, {kind.value: 1})
    noted = 1 if kind is Kind.LOG else 0  # the approval itself
    assert count(town, type(old)) == before - 1 + noted
    assert due(town) == {}


def test_what_is_kept_for_the_persons_time_in_the_course_never_expires(town: Registry) -> None:
    anna = town.person()
    add(town, MAKE[Kind.STEPS](anna.id, days(town, 5000), "old"))
    assert due(town) == {}


def test_what_still_waits_does_not_expire(town: Registry) -> None:
    anna = town.person()
    add(
        town,
        FaultReport(at=days(town, 5000), words="Hjälp"),
        DataRequest(person_id=anna.id, kind="erasure", asked_at=days(town, 5000)),
        OutgoingLetter(
            person_id=anna.id,
            kind="invitation",
            send_after=days(town, 5000),
            created_at=days(town, 5000),
            created_by="",
        ),
    )
    assert due(town) == {}


async def test_leavers_go_whole_and_others_stay(town: Registry) -> None:
    gone, here, boss = (
        town.person("Gunnar Gång"),
        town.person("Bo Berg"),
        town.person("Ada Admin", role=Role.ADMINISTRATOR),
    )
    with town.database.transaction() as session:
        for one in (gone, boss):
            session.get_one(Person, one.id).left_at = days(town, 200)
        session.get_one(Person, here.id).left_at = days(town, 100)
    add(town, Answer(person_id=gone.id, module="m", exercise="e", value={}))
    town.seen(here.id, days(town, 1))
    [found] = town.privacy.desk.due()
    assert (found.kind, found.names) == (Kind.LEAVERS, ["Gunnar Gång"])

    receipt = await erase(town, Kind.LEAVERS)

    assert receipt.counts == {"person": 1, "answers": 1}
    with town.database.transaction() as session:
        assert set(session.scalars(select(Person.id))) == {here.id, boss.id}
    assert f'"person": "{gone.id}"' in town.data.erasures_file.read_text()


def guest(town: Registry, name: str) -> str:
    person = Person(name=name, created_at=days(town, 300))
    add(town, person)
    return person.id


async def test_guests_go_when_they_have_not_been_here_for_long(town: Registry) -> None:
    away, back = guest(town, "Gäst Borta"), guest(town, "Gäst Här")
    town.seen(away, days(town, 120))
    town.seen(back, days(town, 80))
    assert due(town) == {Kind.GUESTS: 1}
    await erase(town, Kind.GUESTS)
    with town.database.transaction() as session:
        assert list(session.scalars(select(Person.id))) == [back]


def test_people_who_have_come_in_are_not_unused(town: Registry) -> None:
    never, once, expected = (town.person(name) for name in ("Nils N", "Ola O", "Vera V"))
    with town.database.transaction() as session:
        for one in (never, once, expected):
            session.get_one(Person, one.id).created_at = days(town, 400)
        session.get_one(Person, once.id).informed_at = days(town, 390)
        leader = Person(name="Lea", role=Role.LEADER)
        session.add(leader)
        session.flush()
        workshop = Workshop(title="T", join_code="ABCDEF", leader_id=leader.id, module="m")
        session.add(workshop)
        session.flush()
        session.add(RosterEntry(workshop_id=workshop.id, name="V", email=expected.email or ""))
    [found] = town.privacy.desk.due()
    assert (found.kind, found.names) == (Kind.UNUSED, ["Nils N"])


async def test_somebody_who_comes_back_meanwhile_stays(town: Registry) -> None:
    first, second = guest(town, "Gäst Ett"), guest(town, "Gäst Två")
    [found] = town.privacy.desk.due()
    town.privacy.desk.approve(found.kind, found.before, actor_id="")
    # the erasure has not begun: its task runs at our next wait
    town.seen(second, town.clock())
    await town.privacy.desk.wait(found.kind)
    with town.database.transaction() as session:
        assert list(session.scalars(select(Person.id))) == [second]
    assert first != second


@pytest.mark.slow
async def test_old_hand_ins_go_from_nbgraders_folder_too_and_points_stay(town: Registry) -> None:
    anna, bo = town.person("Anna Alm"), town.person("Bo Berg")
    grade(town, anna.id, bo.id)
    for who, at in ((anna.id, days(town, 800)), (bo.id, days(town, 8))):
        attempt = Attempt(
            id=f"a-{who}", person_id=who, module=MODULE, version="v", answers={"e": "b"}
        )
        attempt.state, attempt.promoted, attempt.handed_in_at = AttemptState.GRADED, True, at
        add(town, attempt)
    receipt = await erase(town, Kind.HAND_INS)

    assert receipt.counts == {"hand_ins": 1}
    root = town.data.nbgrader_root
    for step in ("submitted", "autograded", "feedback"):
        assert not (root / step / anna.id / MODULE).exists()
        assert (root / step / bo.id / MODULE).exists()
    with Gradebook(town.data.gradebook_url, "motesklar") as gradebook:
        assert gradebook.find_submission(MODULE, anna.id).score == 1
        comments = [
            gradebook.find_comment("e-answer", "lesson", MODULE, who.id).manual_comment
            for who in (anna, bo)
        ]
    assert comments == [None, f"Bra, {bo.id}"]
    assert f"Bra, {anna.id}".encode() not in (root / "gradebook.db").read_bytes()


def test_what_has_not_expired_can_t_be_approved(town: Registry) -> None:
    with pytest.raises(Conflict, match="not expired"):
        town.privacy.desk.approve(Kind.ANSWERS, days(town, 3), actor_id="")
    with pytest.raises(Conflict, match="not expired"):
        town.privacy.desk.approve(Kind.STEPS, days(town, 5000), actor_id="")


async def test_an_erasure_that_breaks_off_leaves_the_rest_in_the_list(town: Registry) -> None:
    people = [guest(town, f"Gäst {number}") for number in range(3)]
    [found] = town.privacy.desk.due()
    progress = town.privacy.desk.approve(found.kind, found.before, actor_id="")
    await until(lambda: progress.done)
    await town.privacy.desk.close()

    assert progress.broken
    assert progress.receipt
    left = due(town).get(Kind.GUESTS, 0)
    assert left < len(people)
    town.privacy = town.make_privacy()
    if left:
        await erase(town, Kind.GUESTS)
    assert due(town) == {}


async def test_where_no_approval_is_needed_the_server_erases_by_itself(town: Registry) -> None:
    keep(town, approve=False)
    anna = town.person()
    add(town, MAKE[Kind.ANSWERS](anna.id, days(town, 800), "old"))
    town.privacy.desk.start()
    await until(town.privacy.receipts.latest)
    await town.privacy.desk.close()
    [receipt] = town.privacy.receipts.latest()
    assert (receipt.kind, receipt.actor_id) == ("answers", "")


# The page


async def test_the_administrator_approves_and_gets_a_receipt(
    site: Site, administrator: Browser, town: Registry
) -> None:
    anna = town.person("Anna Alm")
    add(town, MAKE[Kind.ANSWERS](anna.id, days(town, 800), "old"))
    page = await administrator.get("/privacy/retention")
    assert "1 post" in words(page)
    assert "Anna Alm" in words(page)
    before = page.text.split('name="before" value="')[1].split('"')[0]

    refused = await administrator.post("/privacy/retention", kind="answers", before=before)
    assert refused.status_code == 400
    assert "Kryssa i rutan" in words(refused)
    assert count(town, Answer) == 1
    kept = await administrator.get("/privacy/retention/answers.json", params={"before": before})
    assert kept.json()[0]["exercise"] == "old"

    done = await administrator.post("/privacy/retention", kind="answers", before=before, sure="1")
    assert done.status_code == 303
    receipt = await administrator.get(done.headers["location"])
    assert "Adam Admin" in words(receipt)
    assert "Svar på övningar" in words(receipt)
    as_file = (await administrator.get(done.headers["location"] + ".json")).json()
    assert as_file["counts"] == {"answers": 1}
    assert count(town, Answer) == 0
    assert "Inget behöver gallras" in words(await administrator.get("/privacy/retention"))


async def test_a_receipt_of_a_kind_that_is_no_longer_known_can_be_read(
    administrator: Browser, town: Registry
) -> None:
    number = town.privacy.receipts.add("old_kind", {"old_kind": 2}, at=town.clock(), actor_id="")
    assert "old_kind" in words(await administrator.get("/privacy/retention"))
    receipt = await administrator.get(f"/privacy/receipts/{number}")
    assert receipt.status_code == 200
    assert "old_kind" in words(receipt)


async def test_whole_people_can_be_downloaded_before_they_go(
    site: Site, administrator: Browser, town: Registry
) -> None:
    guest(town, "Gäst Karlsson")
    before = days(town, 90).isoformat()
    kept = await administrator.get("/privacy/retention/guests.json", params={"before": before})
    assert [one["person"]["name"] for one in kept.json()] == ["Gäst Karlsson"]


@pytest.mark.parametrize("form", [{"kind": "nothing"}, {"kind": "answers", "before": "x"}])
async def test_a_form_that_nobody_made_is_refused(
    administrator: Browser, form: dict[str, str]
) -> None:
    answer = await administrator.post("/privacy/retention", sure="1", **form)
    assert answer.status_code == 400
