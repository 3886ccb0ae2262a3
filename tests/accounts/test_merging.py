"""Two people become one: every table, nbgrader's part, and what the administrator sees."""

from datetime import date, datetime, timedelta

import pytest
from nbgrader.api import Gradebook
from sqlalchemy import select, text

from motesklar.accounts.duplicates import Reason, find_pairs
from motesklar.accounts.merge_rules import PREPARATIONS, RULES, person_columns
from motesklar.store import models as m
from motesklar.store.adoption_tables import SavedTrip
from motesklar.store.models import AuditEntry, Base, Person, Role
from motesklar.store.people_tables import OutgoingLetter
from motesklar.store.privacy_tables import DataRequest
from motesklar.store.review_tables import CompletionRow, Decision, ExportJob, Plan, SavedView
from tests.accounts.conftest import Browser, Site, Town, words
from tests.accounts.test_export_and_erase import MODULE, grade

EARLY = datetime(2026, 1, 5, 9, 0)
LATE = EARLY + timedelta(days=30)


def rows_of(who: str, at: datetime, *, better: bool) -> list[Base]:
    """A row in every table that knows people; of two people each clashes where it can."""
    points = 2.0 if better else 1.0
    return [
        m.SigninLink(token_hash=f"l{who}", kind=m.LinkKind.PERSONAL, person_id=who, expires_at=at),
        m.LinkRequest(person_id=who, case_code=who[-4:], requested_at=at),
        m.Session(token_hash=f"s{who}", person_id=who, expires_at=LATE + timedelta(days=900)),
        m.Fact(id=f"f{who}", person_id=who, module=MODULE, kind="done"),
        m.Answer(person_id=who, module=MODULE, exercise="e", value={"value": who}, saved_at=at),
        m.Evidence(
            person_id=who,
            module=MODULE,
            sound_seconds=points,
            picture_seconds=3 - points,
            tasks={who: "button"},
            updated_at=at,
        ),
        m.Attempt(
            id=f"a{who}",
            person_id=who,
            module=MODULE,
            version="v",
            state=m.AttemptState.GRADED,
            answers={},
            score=points,
            max_score=2.0,
            promoted=True,
            handed_in_at=at,
        ),
        m.WorkshopRole(workshop_id="w-x", person_id=who, part="leader" if better else "helper"),
        m.Question(id=f"q{who}", workshop_id="w-x", person_id=who, topic="sound", helper_id=who),
        m.WorkshopWords(id=f"t{who}", workshop_id="w-x", kind="all", person_id=who, words="hej"),
        m.RosterEntry(id=f"e{who}", workshop_id="w-x", name=who, person_id=who),
        m.Participant(
            workshop_id="w-x", person_id=who, joined_at=at, table_number="4" if better else ""
        ),
        m.RoomMember(workshop_id="w-x", round=1, person_id=who, room_id="r-x"),
        m.CallStay(workshop_id="w-x", person_id=who, entered_at=at, until=at),
        m.EquipmentReport(code=who[-8:].upper(), person_id=who, content={}, expires_at=LATE),
        m.MeetingAccount(
            person_id=who,
            state=m.AccountState.MET if better else m.AccountState.WANTED,
            wanted_at=at,
            met_at=at if better else None,
        ),
        m.Note(person_id=who, name="promise", words=who, saved_at=at),
        m.Certificate(
            code=who[-10:].upper(),
            person_id=who,
            issued_at=at,
            modules=[MODULE, "x"] if better else [MODULE],
        ),
        CompletionRow(
            person_id=who,
            module=MODULE,
            state="done" if better else "handed-in",
            earned="done",
            decided_by=who,
        ),
        Decision(
            person_id=who,
            module=MODULE,
            number=1,
            kind="set",
            before="not-yet",
            after=who[-10:],
            actor_id=who,
            at=at,
        ),
        SavedView(person_id=who, name="Mina", query=who),
        ExportJob(person_id=who, kind="csv", query="", language="sv", expires_at=LATE),
        SavedTrip(
            id=f"s{who}",
            person_id=who,
            month=date(2026, 1, 1),
            kilometres=3,
            meetings=1,
            people=1,
        ),
        OutgoingLetter(
            person_id=who,
            kind="reminder",
            send_after=at,
            told_on=at.date(),
            created_by=who,
        ),
        DataRequest(person_id=who, kind="correction", actor_id=who),
        Plan(title=who, modules=[], created_by=who),
    ]


def two_people(town: Town) -> tuple[str, str]:
    """Someone to keep, and someone who knows more; both in every table."""
    kept, gone = town.person("Anna Alm"), town.person("Anna Guest", "guest@x.se")
    with town.database.transaction() as session:
        session.add(
            m.Workshop(
                id="w-x",
                title="T",
                join_code="ABCDEF",
                leader_id=gone.id,
                holder_id=gone.id,
                module=MODULE,
            )
        )
        session.flush()
        session.add(m.SmallRoom(id="r-x", workshop_id="w-x", round=1, number=1))
        session.flush()
        session.add_all(rows_of(kept.id, EARLY, better=False))
        session.add_all(rows_of(gone.id, LATE, better=True))
        session.get_one(Person, gone.id).email = None
    return kept.id, gone.id


async def merge(town: Town, gone: str, kept: str) -> None:
    exercises = town.services().exercises
    await town.accounts.merging.merge(
        gone,
        kept,
        actor_id="p-admin",
        merge_results=exercises.merge,
        promoted=lambda who: {
            module: result.at for module, result in exercises.completions(who).get(who, {}).items()
        },
    )


def test_each_table_that_can_clash_has_a_rule() -> None:
    clashing = {column.table for column in person_columns() if column.keys}
    assert clashing == set(RULES) | (set(PREPARATIONS) - {"roster_entry"})


def test_every_table_with_people_is_in_this_test(town: Town) -> None:
    tried = {type(row).__tablename__ for row in rows_of("p-x", EARLY, better=True)}
    assert {column.table for column in person_columns()} <= tried | {"workshop"}


async def test_everything_becomes_the_kept_persons(town: Town) -> None:
    kept, gone = two_people(town)
    await merge(town, gone, kept)
    with town.database.transaction() as session:
        for table in Base.metadata.sorted_tables:
            if table.name == "audit_entry":
                continue
            for row in session.execute(select(table)).mappings():
                named = [name for name, value in row.items() if value == gone]
                # words that somebody wrote may be anything
                assert set(named) <= {"words", "title", "query", "name"}, table.name

        def one(model: type[Base]) -> m.Any:
            return session.scalars(select(model)).unique().one()

        assert one(m.LinkRequest).case_code == gone[-4:]
        assert one(m.Answer).value == {"value": gone}
        assert (one(m.Evidence).sound_seconds, one(m.Evidence).picture_seconds) == (2.0, 2.0)
        assert set(one(m.Evidence).tasks) == {kept, gone}
        assert one(m.WorkshopRole).part == "leader"
        assert (one(m.Participant).joined_at, one(m.Participant).table_number) == (EARLY, "4")
        account = one(m.MeetingAccount)
        assert account.state is m.AccountState.MET
        assert (account.wanted_at, account.met_at) == (EARLY, LATE)
        assert one(m.Note).words == gone
        assert one(m.Certificate).modules == [MODULE, "x"]
        assert (one(CompletionRow).state, one(CompletionRow).decided_by) == ("done", kept)
        assert one(m.RosterEntry).name == kept
        assert one(m.Workshop).leader_id == kept
        assert one(m.RoomMember).person_id == kept
        decisions = session.scalars(select(Decision).order_by(Decision.number)).all()
        assert [(one.number, one.after) for one in decisions] == [(1, kept[-10:]), (2, gone[-10:])]
        assert {view.name for view in session.scalars(select(SavedView))} == {"Mina", "Mina (2)"}
        for model in (m.Fact, m.Session, m.SigninLink, m.Question, m.CallStay, m.EquipmentReport):
            assert len(session.scalars(select(model)).unique().all()) == 2
        promoted = session.scalars(select(m.Attempt).where(m.Attempt.promoted)).one()
        assert promoted.id == f"a{gone}"  # the better one
        assert session.get(Person, gone) is None
        note = session.scalars(select(AuditEntry).filter_by(action="people merged")).one()
        assert note.subject == f"{gone} into {kept}"
        assert session.execute(text("PRAGMA foreign_key_check")).all() == []


async def test_what_the_kept_person_lacks_is_taken_over(town: Town) -> None:
    guest = town.accounts.roster.add("Anna", department="Kultur")
    known = town.person("Anna Alm")
    await merge(town, known.id, guest.id)
    now = town.accounts.roster.get(guest.id)
    assert (now.name, now.email, now.department) == ("Anna", known.email, "Kultur")


@pytest.mark.slow
@pytest.mark.parametrize("gone_is_better", [True, False])
async def test_the_better_result_stays_in_stock_nbgrader(town: Town, gone_is_better: bool) -> None:
    kept, gone = two_people(town)
    grade(town, kept, gone)
    root = town.data.nbgrader_root
    where = ("e", "lesson", MODULE)
    with Gradebook(f"sqlite:///{root / 'gradebook.db'}", "motesklar") as gradebook:
        gradebook.find_grade(*where, gone if gone_is_better else kept).auto_score = 2
        for who, at in ((kept, EARLY), (gone, LATE)):
            gradebook.find_submission(MODULE, who).timestamp = at
        gradebook.db.commit()
    for who in (kept, gone):
        (root / "submitted" / who / MODULE / "lesson.ipynb").write_text(who)
    best = gone if gone_is_better else kept
    await merge(town, gone, kept)

    with Gradebook(f"sqlite:///{root / 'gradebook.db'}", "motesklar") as gradebook:
        assert [student.id for student in gradebook.students] == [kept]
        assert gradebook.find_submission(MODULE, kept).score == 2
        comment = gradebook.find_comment("e-answer", "lesson", MODULE, kept)
        assert comment.manual_comment == f"Bra, {best}"
    assert (root / "submitted" / kept / MODULE / "lesson.ipynb").read_text() == best
    assert not list(root.rglob(gone))
    with town.database.transaction() as session:
        assert session.scalars(select(m.Attempt.id).where(m.Attempt.promoted)).all() == [f"a{best}"]


async def test_a_hand_in_that_is_being_checked_is_waited_for(
    administrator: Browser, site: Site
) -> None:
    kept, gone = two_people(site.town)
    with site.town.database.transaction() as session:
        session.get_one(m.Attempt, f"a{gone}").state = m.AttemptState.WAITING
    page = await administrator.post(
        f"/people/{kept}/merge", **{"with": gone, "keep": kept, "sure": "1"}
    )
    assert page.status_code == 409
    assert "Svar från en av dem rättas just nu" in words(page)
    assert site.town.accounts.roster.get(gone).name == "Anna Guest"


async def test_duplicates_are_found_compared_and_merged(administrator: Browser, site: Site) -> None:
    town = site.town
    kept, gone = two_people(town)
    with town.database.transaction() as session:
        session.get_one(Person, gone).name = "Anna Alm"
    page = await administrator.get("/people/duplicates")
    assert "Samma namn och avdelning." in words(page)
    assert f"/people/{kept}/merge?with={gone}" in page.text
    page = await administrator.get(f"/people/{kept}/merge?with={gone}")
    assert "Det går inte att ångra." in words(page)
    assert f'value="{kept}" checked' in page.text
    form = {"with": gone, "keep": kept}
    page = await administrator.post(f"/people/{kept}/merge", **form)
    assert page.status_code == 400
    assert "Inget har slagits ihop ännu." in words(page)
    answer = await administrator.post(f"/people/{kept}/merge", **form, sure="1")
    assert answer.headers["location"] == f"/people/{kept}?done=merged"
    assert (await administrator.get(f"/people/{gone}")).status_code == 404
    assert "Vi ser ingen" in words(await administrator.get("/people/duplicates"))


async def test_a_guest_is_found_by_the_list_of_the_workshop(town: Town) -> None:
    leader, known = town.person("Lena Led"), town.person("Anna Alm", "anna.alm@x.se")
    guest = town.accounts.roster.add("anna alm", department="Annan")
    with town.database.transaction() as session:
        session.add(
            m.Workshop(id="w-y", title="T", join_code="QQQQQQ", leader_id=leader.id, module=MODULE)
        )
        session.flush()
        session.add(m.Participant(workshop_id="w-y", person_id=guest.id))
        session.add(m.RosterEntry(workshop_id="w-y", name="Anna Alm", email="anna.alm@x.se"))
    town.person("Anna A", "anna.alm@other.se")
    pairs = {(one.kept.id, one.gone.id): one.reason for one in find_pairs(town.database)}
    assert pairs[known.id, guest.id] is Reason.EXPECTED
    assert Reason.ADDRESS in pairs.values()
    assert len(pairs) == 2


async def test_the_last_administrator_is_not_merged_away(
    administrator: Browser, site: Site
) -> None:
    assert administrator.session is not None
    me, anna = administrator.session.person_id, site.town.person("Anna Alm")
    form = {"with": anna.id, "keep": anna.id, "sure": "1"}
    page = await administrator.post(f"/people/{me}/merge", **form)
    assert page.status_code == 409
    assert "den enda administratören" in words(page)
    assert site.town.accounts.roster.get(me).role is Role.ADMINISTRATOR


async def test_nobody_is_merged_with_themselves(administrator: Browser, site: Site) -> None:
    anna = site.town.person("Anna Alm")
    page = await administrator.get(f"/people/{anna.id}/merge?with={anna.email}")
    assert page.status_code == 400
    assert (await administrator.get(f"/people/{anna.id}/merge?with=x")).status_code == 404
