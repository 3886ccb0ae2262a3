"""All that is known about a person: handed out whole, removed whole, nbgrader's part included."""

import json
from datetime import datetime
from pathlib import Path

import pytest
from nbgrader.api import Gradebook
from sqlalchemy import inspect, select, text

from motesklar.exercises.nbgrader_calls import make_gradebook
from motesklar.store.models import (
    Answer,
    Attempt,
    AttemptState,
    AuditEntry,
    Base,
    CallStay,
    EquipmentReport,
    Evidence,
    Fact,
    LinkRequest,
    Participant,
    Person,
    Role,
    RoomMember,
    SmallRoom,
    Workshop,
)
from tests.accounts.conftest import Browser, Site, Town, words

MODULE = "01-why-meet-online"
ENTERED = datetime(2026, 3, 2, 9, 0)


def leave_traces(town: Town, person_id: str, other_id: str) -> None:
    """A row in every table that can hold something about a person."""
    with town.database.transaction() as session:
        workshop = Workshop(
            id="w-x", title="Tisdag", join_code="ABCDEF", leader_id=other_id, module=MODULE
        )
        session.add(workshop)
        session.flush()
        session.add(SmallRoom(id="r-x", workshop_id="w-x", round=1, number=1))
        session.flush()
        session.add_all(
            [
                Fact(
                    id=f"f-{person_id}", person_id=person_id, module=MODULE, step="s", kind="done"
                ),
                Answer(person_id=person_id, module=MODULE, exercise="e", value={"value": "b"}),
                Evidence(person_id=person_id, module=MODULE, sound_seconds=4.5),
                Attempt(
                    id=f"a-{person_id}",
                    person_id=person_id,
                    module=MODULE,
                    version="v",
                    state=AttemptState.GRADED,
                    answers={"e": "b"},
                    score=1.0,
                    max_score=1.0,
                ),
                Participant(workshop_id="w-x", person_id=person_id, table_number="4"),
                RoomMember(workshop_id="w-x", round=1, person_id=person_id, room_id="r-x"),
                CallStay(workshop_id="w-x", person_id=person_id, entered_at=ENTERED, until=ENTERED),
                EquipmentReport(
                    code=person_id[-8:].upper(),
                    person_id=person_id,
                    content={"browser": "edge"},
                    expires_at=ENTERED,
                ),
                LinkRequest(person_id=person_id, case_code="ABCD"),
            ]
        )


def grade(town: Town, *person_ids: str) -> None:
    """A real gradebook with a real submission, and its files."""
    root = town.data.nbgrader_root
    root.mkdir()
    make_gradebook(root / "gradebook.db")
    with Gradebook(f"sqlite:///{root / 'gradebook.db'}", "motesklar") as gradebook:
        gradebook.add_assignment(MODULE)
        gradebook.add_notebook("lesson", MODULE)
        gradebook.add_grade_cell("e", "lesson", MODULE, max_score=2, cell_type="code")
        gradebook.add_solution_cell("e-answer", "lesson", MODULE)
        for person_id in person_ids:
            gradebook.add_student(person_id)
            with gradebook.db.no_autoflush:
                gradebook.add_submission(MODULE, person_id)
            found = gradebook.find_grade("e", "lesson", MODULE, person_id)
            found.auto_score = 1
            comment = gradebook.find_comment("e-answer", "lesson", MODULE, person_id)
            comment.manual_comment = f"Bra, {person_id}"
        gradebook.db.commit()
    for step in ("submitted", "autograded", "feedback"):
        for person_id in person_ids:
            folder = root / step / person_id / MODULE
            folder.mkdir(parents=True)
            (folder / "lesson.ipynb").write_text("{}")


@pytest.mark.slow
async def test_everything_known_can_be_downloaded_by_the_person_alone(site: Site) -> None:
    anna, bo = site.town.person("Anna Alm"), site.town.person("Bo Berg", role=Role.LEADER)
    browser = await site.signed_in(anna)
    leave_traces(site.town, anna.id, bo.id)
    grade(site.town, anna.id, bo.id)
    answer = await browser.get("/me/export")

    assert answer.headers["content-disposition"].startswith("attachment")
    assert answer.headers["cache-control"] == "no-store"
    known = answer.json()
    assert known["person"]["name"] == "Anna Alm"
    assert known["person"]["email"] == "anna@exempelstad.example"
    assert known["facts"][0]["kind"] == "done"
    assert known["answers"][0]["value"] == {"value": "b"}
    assert known["attempts"][0]["answers"] == {"e": "b"}
    assert known["evidence"][0]["sound_seconds"] == 4.5
    assert known["workshops"][0]["title"] == "Tisdag"
    assert known["workshops"][0]["table_number"] == "4"
    assert known["room_members"][0]["room_id"] == "r-x"
    assert known["call_stays"][0]["entered_at"] == "2026-03-02T09:00:00Z"
    assert known["equipment_reports"][0]["content"] == {"browser": "edge"}
    assert known["link_requests"][0]["case_code"] == "ABCD"
    assert known["sessions"][0]["created_at"] == "2026-03-02T09:00:00Z"
    assert known["gradebook"]["results"] == [
        {"module": MODULE, "score": 1.0, "max_score": 2.0, "handed_in_at": None}
    ]
    assert known["gradebook"]["comments"] == [{"module": MODULE, "comment": f"Bra, {anna.id}"}]
    assert "token_hash" not in answer.text
    assert "Bo Berg" not in answer.text


def test_every_table_that_names_a_person_is_in_the_export(town: Town) -> None:
    anna = town.person()
    exported = set(town.accounts.export_person(anna.id, town.data))
    about_people = {
        name
        for name, table in Base.metadata.tables.items()
        if any(key.column.table.name == "person" for key in table.foreign_keys)
    }
    told_as = {
        "signin_link": "sign_in_links",
        "participant": "workshops",
        "workshop": "workshops_led",
        "evidence": "evidence",
        "roster_entry": "roster_entries",
        "workshop_words": "workshop_words",
    }
    assert {told_as.get(name, f"{name}s") for name in about_people} <= exported


@pytest.mark.slow
async def test_erasing_removes_every_trace_and_nobody_elses(
    site: Site, administrator: Browser
) -> None:
    town = site.town
    anna, bo = town.person("Anna Alm"), town.person("Bo Berg", role=Role.LEADER)
    browser = await site.signed_in(anna)
    leave_traces(town, anna.id, bo.id)
    grade(town, anna.id, bo.id)

    refused = await administrator.post(f"/people/{anna.id}/erase")
    assert refused.status_code == 400
    assert "Kryssa i rutan" in words(refused)
    assert town.accounts.roster.get(anna.id)
    answer = await administrator.post(f"/people/{anna.id}/erase", sure="1")
    assert answer.status_code == 303

    assert browser.session is None
    with town.database.transaction() as session:
        for table in inspect(town.database.engine).get_table_names():
            if table in ("audit_entry", "motesklar_version"):
                continue
            rows = [str(row) for row in session.execute(text(f"SELECT * FROM {table}"))]
            assert not [row for row in rows if anna.id in row], table
        log = session.scalars(select(AuditEntry).where(AuditEntry.subject == anna.id)).all()
    assert [entry.action for entry in log][-1] == "person erased"
    assert town.accounts.roster.get(bo.id).name == "Bo Berg"

    root = town.data.nbgrader_root
    assert not [path for path in root.rglob("*") if anna.id in path.name]
    assert (root / "submitted" / bo.id / MODULE / "lesson.ipynb").exists()
    with Gradebook(town.data.gradebook_url, "motesklar") as gradebook:
        assert [student.id for student in gradebook.students] == [bo.id]


async def test_not_even_the_database_file_remembers_one_who_was_erased(town: Town) -> None:
    anna = town.person("Anna Alm", "anna.secret@exempelstad.example")
    town.person("Bo Berg")

    async def nothing(_person_id: str) -> None:
        """No hand-ins."""

    await town.accounts.erase_person(anna.id, nothing)

    files = list(town.data.root.glob("course.db*"))
    assert files
    assert not [path for path in files if b"anna.secret" in path.read_bytes()]


async def test_an_erasure_that_breaks_can_be_done_again(town: Town) -> None:
    anna = town.person("Anna Alm")

    async def broken(_person_id: str) -> None:
        raise OSError("the disk is full")

    with pytest.raises(OSError, match="full"):
        await town.accounts.erase_person(anna.id, broken)
    assert town.accounts.roster.get(anna.id).name == "Anna Alm"


async def test_the_last_administrator_cant_be_erased(site: Site, administrator: Browser) -> None:
    assert administrator.session is not None
    own = administrator.session.person_id
    refused = await administrator.post(f"/people/{own}/erase", sure="1")
    assert refused.status_code == 409
    assert "enda administratören" in words(refused)

    site.town.person("Eva Ek", role=Role.ADMINISTRATOR)
    assert (await administrator.post(f"/people/{own}/erase", sure="1")).status_code == 303
    assert administrator.session is None


async def test_an_administrators_look_at_a_persons_data_is_noted(
    site: Site, administrator: Browser
) -> None:
    anna = site.town.person("Anna Alm")
    answer = await administrator.get(f"/people/{anna.id}/export")
    assert answer.json()["person"]["name"] == "Anna Alm"

    browser = await site.signed_in(anna)
    log = (await browser.get("/me/export")).json()["log"]
    assert administrator.session is not None
    assert (administrator.session.person_id, "data exported") in {
        (entry["actor_id"], entry["action"]) for entry in log
    }


async def test_my_page_says_what_is_known_and_the_way_to_have_it_removed(site: Site) -> None:
    anna = site.town.person("Anna Alm")
    browser = await site.signed_in(anna)
    page = await browser.get("/me")

    said = words(page)
    assert "anna@exempelstad.example" in said
    assert anna.id in said
    assert 'href="/me/data"' in page.text
    assert 'action="/sign-out"' in page.text
    assert 'href="/device"' in page.text
    assert (await site.browser().get("/me")).headers["location"] == "/sign-in?next=%2Fme"


def test_an_export_can_be_written_as_json(town: Town, tmp_path: Path) -> None:
    anna = town.person()
    leave_traces(town, anna.id, town.person("Bo Berg").id)
    written = json.dumps(town.accounts.export_person(anna.id, town.data))
    assert json.loads(written)["person"]["id"] == anna.id


def test_a_person_is_known_in_the_gradebook_by_an_id_alone(town: Town) -> None:
    anna = town.person("Anna Alm")
    assert anna.id.startswith("p-")
    assert "anna" not in anna.id
    with town.database.transaction() as session:
        assert session.get(Person, anna.id) is not None
