"""What a file would change is shown first, and exactly that is saved."""

import io

import httpx
from openpyxl import Workbook

from motesklar.accounts.people_csv import parse_people
from motesklar.store.models import Person, Role
from tests.accounts.conftest import Browser, Site, Town, words
from tests.accounts.test_people_pages import hidden, upload

HEAD = "namn;epost;avdelning\n"


def person(town: Town, email: str) -> Person:
    found = town.accounts.roster.by_email(email)
    assert found
    return found


def workbook(*rows: tuple[object, ...]) -> bytes:
    book = Workbook()
    for row in rows:
        book.active.append(row)
    told = io.BytesIO()
    book.save(told)
    return told.getvalue()


async def preview(browser: Browser, data: str | bytes) -> httpx.Response:
    return await browser.post("/people/preview", files=upload(data))


async def test_each_change_is_shown_before_and_after(administrator: Browser, site: Site) -> None:
    site.town.accounts.import_people((HEAD + "Åsa Ö;asa@x.se;Vård\nBo;bo@x.se;K\n").encode())
    page = await preview(administrator, HEAD + "Åsa Öst;ASA@X.se;Kultur\nEva;eva@x.se;K\n")
    told = words(page)
    assert "Nya personer: 1" in told
    assert "Ändrade personer: 1" in told
    assert "Personer som inte finns i filen: 1" in told
    assert "Namn Åsa Ö Åsa Öst" in told
    assert "Avdelning Vård Kultur" in told
    assert person(site.town, "asa@x.se").name == "Åsa Ö"


async def test_who_is_not_in_the_file_leaves_only_when_that_is_chosen(
    administrator: Browser, site: Site
) -> None:
    site.town.accounts.import_people((HEAD + "Bo;bo@x.se;K\nEva;eva@x.se;K\n").encode())
    page = await preview(administrator, HEAD + "Bo;bo@x.se;K\n")
    assert 'id="leavers"' in page.text
    assert "checked" not in page.text.partition('id="leavers"')[2].partition(">")[0]
    await administrator.post("/people/import", **hidden(page))
    assert person(site.town, "eva@x.se").left_at is None
    done = await administrator.post("/people/import", **hidden(page), leavers="1")
    assert "Personer som nu noteras ha slutat: 1" in words(done)
    assert person(site.town, "eva@x.se").left_at is not None
    assert administrator.session is not None  # whoever imports is never among them
    # they are back when a file has them again
    page = await preview(administrator, HEAD + "Bo;bo@x.se;K\nEva;eva@x.se;K\n")
    assert "Har slutat 2026-03-02 nej, är tillbaka" in words(page)
    await administrator.post("/people/import", **hidden(page))
    assert person(site.town, "eva@x.se").left_at is None


async def test_what_changed_since_the_preview_is_told_and_nothing_saved(
    administrator: Browser, site: Site
) -> None:
    site.town.accounts.import_people((HEAD + "Bo;bo@x.se;K\n").encode())
    page = await preview(administrator, HEAD + "Bo Berg;bo@x.se;K\n")
    with site.town.database.transaction() as session:
        session.get_one(Person, person(site.town, "bo@x.se").id).name = "Bosse"
    again = await administrator.post("/people/import", **hidden(page))
    assert again.status_code == 409
    assert "sedan du såg vad filen gör" in words(again)
    assert "Bosse Bo Berg" in words(again)
    assert person(site.town, "bo@x.se").name == "Bosse"
    await administrator.post("/people/import", **hidden(again))
    assert person(site.town, "bo@x.se").name == "Bo Berg"


async def test_a_workbook_is_read_as_well(administrator: Browser, site: Site) -> None:
    data = workbook(
        ("Namn", "E-post", "Förvaltning", "Roll", "Ser"),
        ("Åsa Ö", "Asa@x.se", "Vård", "granskare", "Kultur|Teknik"),
        ("Bo", "bo@x.se", "K", "granskare", "alla"),
    )
    page = await preview(administrator, data)
    assert "Nya personer: 2" in words(page)
    await administrator.post("/people/import", **hidden(page))
    assert person(site.town, "asa@x.se").sees == ["Kultur", "Teknik"]
    assert person(site.town, "bo@x.se").sees == ["*"]
    assert person(site.town, "bo@x.se").role is Role.REVIEWER


async def test_a_workbooks_problems_are_told_by_line(administrator: Browser) -> None:
    page = await preview(
        administrator,
        workbook(
            ("namn", "epost"), ("=1+1", "a@x.se"), ("Bo", "bo@x.se"), (199001011234, "c@x.se")
        ),
    )
    assert page.status_code == 400
    assert "Rad 2: namnet saknas" in words(page)  # a formula that Excel has never computed
    assert "Rad 4: " in words(page)
    assert "199001011234" not in page.text


def test_a_file_without_department_and_role_leaves_them(town: Town) -> None:
    town.accounts.import_people(b"namn;epost;avdelning;roll\nBo;bo@x.se;K;ledare\n")
    plan = town.accounts.import_people(b"namn;epost\nBo Berg;bo@x.se\n")
    assert [change.field for change in plan.changed[0].fields] == ["name"]
    bo = person(town, "bo@x.se")
    assert (bo.name, bo.department, bo.role) == ("Bo Berg", "K", Role.LEADER)


def test_a_whole_municipality_is_looked_through(town: Town) -> None:
    rows = [f"Namn {n};n{n}@x.se;Avdelning {n % 40}" for n in range(13_000)]
    town.accounts.import_people((HEAD + "\n".join(rows)).encode())
    rows[:5000] = [row.replace("Namn", "Nytt namn") for row in rows[:5000]]
    plan = town.accounts.plan_import((HEAD + "\n".join(rows[:12_000])).encode())
    assert (len(plan.changed), plan.unchanged, len(plan.missing)) == (5000, 7000, 1000)


def test_a_broken_encoding_is_told() -> None:
    rows = parse_people("namn;epost\nÅsa;asa@x.se\n".encode("utf-16"))
    assert rows[0].name == "Åsa"
