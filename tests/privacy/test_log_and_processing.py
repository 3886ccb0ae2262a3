"""The log of views and changes, and the records of processing."""

import csv
import io
from datetime import timedelta

import pytest
from sqlalchemy import select

from motesklar.privacy.log import PAGE
from motesklar.privacy.processing import HEADINGS, PROCESSINGS
from motesklar.store.models import AuditEntry, Workshop
from motesklar.store.review_tables import Plan
from tests.accounts.conftest import Browser, words
from tests.privacy.conftest import Registry


def note(town: Registry, actor: str, action: str, subject: str, days: float = 0) -> None:
    with town.database.transaction() as session:
        at = town.clock() - timedelta(days=days)
        session.add(AuditEntry(at=at, actor_id=actor, action=action, subject=subject))


@pytest.fixture
def entries(town: Registry) -> dict[str, str]:
    """Two reviewers, who have looked at two people on different days."""
    ids = {name.split()[0]: town.person(name).id for name in ("Rut R", "Rolf R", "Anna A", "Bo B")}
    note(town, ids["Rut"], "review viewed", "department", 40)
    note(town, ids["Rut"], "data exported", ids["Anna"], 3)
    note(town, ids["Rolf"], "data exported", ids["Bo"], 2)
    note(town, ids["Rolf"], "state decided", f"{ids['Anna']} 01-why", 1)
    return ids


async def found(administrator: Browser, **query: str) -> list[list[str]]:
    """Rows of the file, which is what the page shows."""
    answer = await administrator.get("/privacy/log.csv", params=query)
    return list(csv.reader(io.StringIO(answer.text.lstrip("\ufeff")), delimiter=";"))[1:]


@pytest.mark.usefixtures("entries")
async def test_the_log_is_found_by_actor_person_action_and_day(administrator: Browser) -> None:
    assert {row[1] for row in await found(administrator, actor="rut")} == {"Rut R"}
    assert len(await found(administrator, actor="rut")) == 2
    assert len(await found(administrator, person="anna a")) == 2
    assert len(await found(administrator, action="data exported", actor="rolf")) == 1
    assert len(await found(administrator, since="2026-02-27", until="2026-02-28")) == 2
    assert await found(administrator, actor="nobody at all") == []
    assert await found(administrator, person="anna a", actor="bo b") == []


async def test_an_id_finds_people_who_are_erased_too(
    administrator: Browser, town: Registry
) -> None:
    note(town, "p-gone", "data exported", "p-alsogone")
    [row] = await found(administrator, person="p-alsogone")
    assert row[2] == "p-gone"


@pytest.mark.usefixtures("entries")
async def test_actions_are_told_in_words_and_looks_at_the_log_are_noted(
    administrator: Browser, town: Registry
) -> None:
    page = words(await administrator.get("/privacy/log"))
    assert "Laddade ner någons uppgifter" in page
    assert "state decided" in page  # one that has no words yet is shown all the same
    assert "Anna A 01-why" in page
    with town.database.transaction() as session:
        actions = list(session.scalars(select(AuditEntry.action)))
    assert actions[-1] == "log viewed"
    rows = (await administrator.get("/privacy/log.json")).json()
    assert {"at", "actor_id", "actor", "action", "subject", "person"} == set(rows[0])


async def test_plans_and_workshops_are_called_by_their_names(
    administrator: Browser, town: Registry
) -> None:
    rut = town.person("Rut R")
    with town.database.transaction() as session:
        plan = Plan(title="Före sommaren", modules=[], created_by=rut.id)
        led = Workshop(title="Tisdag", join_code="ABCDEF", leader_id=rut.id, module="01-why")
        session.add_all([plan, led])
        session.flush()
        about = f"plan={plan.id} workshop={led.id}"
    note(town, rut.id, "review viewed", about)
    page = words(await administrator.get("/privacy/log"))
    assert "Plan: Före sommaren; Workshop: Tisdag" in page


async def test_a_long_log_is_turned_page_by_page(administrator: Browser, town: Registry) -> None:
    for number in range(PAGE + 5):
        note(town, f"p-{number}", "data exported", "x", 1)
    first = await administrator.get("/privacy/log", params={"action": "data exported"})
    assert "Sida 1 av 2" in words(first)
    second = await administrator.get(
        "/privacy/log", params={"action": "data exported", "page": "2"}
    )
    assert second.text.count("<tr>") == 1 + 5
    beyond = await administrator.get("/privacy/log", params={"page": "999"})
    assert beyond.status_code == 200


async def test_days_that_can_t_be_read_are_left_open(administrator: Browser) -> None:
    answer = await administrator.get("/privacy/log", params={"since": "igår", "page": "-1"})
    assert answer.status_code == 200


async def test_the_files_of_the_records_are_what_the_page_shows(administrator: Browser) -> None:
    page = words(await administrator.get("/privacy/processing"))
    answer = await administrator.get("/privacy/processing.csv")
    rows = list(csv.reader(io.StringIO(answer.text.lstrip("\ufeff")), delimiter=";"))
    assert len(rows) == 1 + len(PROCESSINGS)
    assert all(len(row) == len(HEADINGS) and all(row) for row in rows)
    for row in rows:
        for cell in row:
            assert " ".join(cell.split()) in page
    known = (await administrator.get("/privacy/processing.json")).json()
    assert known["rows"] == rows[1:]


async def test_each_department_has_its_own_controller(
    administrator: Browser, town: Registry
) -> None:
    controllers = {"Vård och omsorg": "Vård- och omsorgsnämnden"}
    privacy = town.settings.privacy.model_copy(
        update={"controllers": controllers, "dpo_email": "dso@exempelstad.example"}
    )
    administrator.site.services.settings = town.settings.model_copy(update={"privacy": privacy})
    page = words(await administrator.get("/privacy/processing"))
    assert "Vård- och omsorgsnämnden" in page
    assert "Nämnden för Kultur och fritid i Exempelstad" in page
    assert "dso@exempelstad.example" in page


async def test_one_controller_answers_for_all_departments_that_have_none(
    administrator: Browser, town: Registry
) -> None:
    update = {
        "controller": "Kommunstyrelsen",
        "controllers": {"Vård och omsorg": "Vård- och omsorgsnämnden"},
    }
    privacy = town.settings.privacy.model_copy(update=update)
    administrator.site.services.settings = town.settings.model_copy(update={"privacy": privacy})
    known = (await administrator.get("/privacy/processing.json")).json()
    assert set(map(tuple, known["controllers"])) >= {
        ("Vård och omsorg", "Vård- och omsorgsnämnden"),
        ("Kultur och fritid", "Kommunstyrelsen"),
        ("", "Kommunstyrelsen"),
    }


async def test_no_processing_rests_on_consent(administrator: Browser) -> None:
    answer = await administrator.get("/privacy/processing.json")
    assert "samtycke" not in answer.text
    assert "allmänt intresse" in answer.text
