"""Everybody sees everything that is known about them, in words, and can ask about it."""

import re

import pytest

from motesklar.accounts.records import export_rows
from motesklar.i18n import load_languages
from motesklar.privacy.kinds import Kind
from motesklar.privacy.requests import OPEN_MAX
from motesklar.privacy.told import GROUPS, Teller
from motesklar.store.models import Person, Role
from tests.accounts.conftest import Browser, Site, words
from tests.accounts.test_export_and_erase import MODULE, grade, leave_traces
from tests.privacy.conftest import Registry


def test_no_table_that_is_handed_out_lacks_its_words(town: Registry) -> None:
    handed_out = set(export_rows(town.database, town.person()))
    told = {part.key for group in GROUPS for part in group.parts}
    assert told == handed_out | {"results", "comments"}


def test_no_column_is_promised_that_there_is_none_of(town: Registry) -> None:
    anna, bo = town.person("Anna Alm"), town.person("Bo Berg")
    leave_traces(town, anna.id, bo.id)
    known = export_rows(town.database, anna)
    known["person"] = [known["person"]]
    for group in GROUPS:
        for part in group.parts:
            for row in known.get(part.key, []):
                assert set(part.columns) <= set(row), part.key


@pytest.mark.parametrize("language", ["sv", "en"])
@pytest.mark.parametrize("days", [0, 12])
def test_how_long_is_what_the_settings_say(town: Registry, language: str, days: int) -> None:
    retention = town.settings.retention.model_copy(update={"answers": days})
    settings = town.settings.model_copy(update={"retention": retention})
    told = Teller(load_languages()[language], settings, {}, str).kept(Kind.ANSWERS)
    assert ("12" in told) == bool(days)
    assert "%(" not in told


@pytest.mark.slow
async def test_the_page_tells_everything_in_words_and_nothing_raw(
    site: Site, town: Registry
) -> None:
    anna, bo = town.person("Anna Alm"), town.person("Bo Berg", role=Role.LEADER)
    leave_traces(town, anna.id, bo.id)
    grade(town, anna.id, bo.id)
    browser = await site.signed_in(anna)
    page = await browser.get("/me/data")

    said = words(page)
    assert page.headers["cache-control"] == "no-store"
    for told in (
        "Anna Alm",
        "anna@exempelstad.example",
        "Tisdag",
        "4,5",
        f"Bra, {anna.id}",
        MODULE,
    ):
        assert told in said
    assert "Varför:" in said
    assert "730 dagar" in said
    for raw in ("person_id", "token_hash", "{'", "None", "True", "%("):
        assert raw not in page.text
    assert "Bo Berg" not in said
    browser.http.cookies.set("motesklar_language", "en")
    english = await browser.get("/me/data")
    assert "Seconds of sound 4.5" in words(english)


async def test_the_file_needs_nothing_but_itself(learner: Browser) -> None:
    answer = await learner.get("/me/data.html")
    assert answer.headers["content-disposition"].startswith("attachment")
    assert "Anna Alm" in answer.text
    assert re.findall(r"\b(?:src|href)=", answer.text) == []


async def test_what_somebody_typed_is_never_markup(site: Site, town: Registry) -> None:
    person = Person(name="<b>Anna</b>")
    with town.database.transaction() as session:
        session.add(person)
    browser = await site.signed_in(person)
    for path in ("/me/data", "/me/data.html"):
        assert "<b>Anna" not in (await browser.get(path)).text


async def test_a_request_is_answered_and_the_person_sees_it(
    learner: Browser, administrator: Browser
) -> None:
    asked = await learner.post("/me/data/ask", kind="correction", words="Jag heter Anna Ahl")
    assert asked.status_code == 303
    page = words(await learner.get(asked.headers["location"]))
    assert "Vi har fått din begäran" in page
    assert "Den väntar på svar" in page

    listed = await administrator.get("/privacy/requests")
    assert "1 begäran väntar" in words(listed)
    [address] = re.findall(r'href="(/privacy/requests/k-[a-z0-9]+)"', listed.text)
    assert "Jag heter Anna Ahl" in words(await administrator.get(address))
    empty = await administrator.post(address, words=" ")
    assert empty.status_code == 400
    assert "Skriv ett svar" in words(empty)
    assert (await administrator.post(address, words="Rättat.")).status_code == 303

    assert "Rättat." in words(await learner.get("/me/data"))
    late = await administrator.post(address, words="Rättat igen.")
    assert late.status_code == 409
    assert "hunnit svara" in words(late)
    assert "Rättat igen" not in words(await learner.get("/me/data"))


async def test_a_request_waits_at_most_a_month_before_it_is_called_late(
    learner: Browser, administrator: Browser, town: Registry
) -> None:
    await learner.post("/me/data/ask", kind="erasure", words="")
    assert "försenad" not in words(await administrator.get("/privacy/requests"))
    town.clock.pass_(days=29)
    again = await learner.site.signed_in(town.person("Adam Admin", role=Role.ADMINISTRATOR))
    assert "försenad" not in words(await again.get("/privacy/requests"))
    town.clock.pass_(days=2)
    assert "försenad" in words(await again.get("/privacy/requests"))


@pytest.mark.parametrize(
    ("form", "told"),
    [
        ({}, "Välj vad du vill"),
        ({"kind": "correction"}, "vad som är fel"),
        ({"kind": "correction", "words": "x" * 1001}, "för lång"),
        ({"kind": "correction", "words": "19121212-1212"}, "personnummer"),
        ({"kind": "other", "words": "hej"}, "Välj vad du vill"),
    ],
)
async def test_a_request_that_can_t_be_used_is_told_beside_the_field(
    learner: Browser, form: dict[str, str], told: str
) -> None:
    answer = await learner.post("/me/data/ask", **form)
    assert answer.status_code == 400
    assert told in words(answer)
    assert "-error" in answer.text
    assert form.get("words", "") in answer.text


async def test_nobody_fills_the_list_alone(learner: Browser) -> None:
    for _ in range(OPEN_MAX):
        assert (await learner.post("/me/data/ask", kind="erasure")).status_code == 303
    refused = await learner.post("/me/data/ask", kind="erasure")
    assert refused.status_code == 409
    assert "svaren är på väg" in words(refused)


async def test_whoever_asks_to_be_erased_is_erased_and_told_kindly(
    learner: Browser, administrator: Browser, town: Registry
) -> None:
    await learner.post("/me/data/ask", kind="erasure", words="Jag slutar")
    listed = await administrator.get("/privacy/requests")
    [address] = re.findall(r'href="(/privacy/requests/k-[a-z0-9]+)"', listed.text)
    unsure = await administrator.post(f"{address}/erase")
    assert unsure.status_code == 400
    done = await administrator.post(f"{address}/erase", sure="1")
    assert done.status_code == 303
    assert "En person" in words(await administrator.get(done.headers["location"]))
    assert (await administrator.get(address)).status_code == 404

    # a script of the open page, a form of it, and from then on the way in
    told = (await learner.get("/api/me")).json()["error"]
    assert told["code"] == "data_erased"
    page = await learner.post("/me/data/ask", kind="erasure")
    assert page.status_code == 401
    assert "är raderat" in words(page)
    assert (await learner.get("/me")).headers["location"] == "/sign-in?next=%2Fme"


def test_the_information_is_due_until_it_is_read_and_when_it_changes(town: Registry) -> None:
    informing = town.privacy.informing
    town.clock.time = informing.changed
    person = town.person("Ny Person")
    assert informing.is_due(person.id)
    assert not informing.was_told_before(person.id)
    informing.tell(person.id)
    assert not informing.is_due(person.id)

    town.clock.pass_(days=10)
    privacy = town.settings.privacy.model_copy(update={"text_date": town.clock().date()})
    town.settings = town.settings.model_copy(update={"privacy": privacy})
    changed = town.make_privacy().informing
    assert changed.is_due(person.id)
    assert changed.was_told_before(person.id)
