"""The administrator's rooms: the list, the import, one person."""

import re

import httpx
import pytest

from motesklar.store.models import Person, Role
from tests.accounts.conftest import Browser, Site, Town, words

FILE = "Namn;E-post;Avdelning;Roll\nÅsa Ö;asa@x.se;Vård;\nBo;bo@x.se;Kultur;ledare\n"


def upload(text: str | bytes) -> dict[str, tuple[str, bytes]]:
    return {"file": ("personer.csv", text if isinstance(text, bytes) else text.encode("cp1252"))}


def hidden(page: httpx.Response) -> dict[str, str]:
    """The form's fields that nobody sees."""
    found = re.findall(r'type="hidden" name="(file|mark)" value="([^"]*)"', page.text)
    return dict(found)


def people_of(town: Town) -> dict[str, tuple[str, str, str]]:
    """E-mail to name, department and role; the administrator left out."""
    return {
        one.email: (one.name, one.department, one.role.value)
        for one in town.accounts.roster.search()
        if one.email != "adam@exempelstad.example"
    }


@pytest.mark.parametrize("role", [Role.LEARNER, Role.LEADER, Role.REVIEWER])
async def test_only_administrators_come_in(site: Site, role: Role) -> None:
    anna = site.town.person("Anna Alm", role=role)
    browser = await site.signed_in(anna)
    for path in ("/people", f"/people/{anna.id}", f"/people/{anna.id}/export"):
        assert (await browser.get(path)).status_code == 403
        assert (await site.browser().get(path)).headers["location"].startswith("/sign-in?next=")
    for path in (
        "/people/preview",
        "/people/import",
        f"/people/{anna.id}/link",
        f"/people/{anna.id}/done",
        f"/people/{anna.id}/erase",
    ):
        assert (await browser.post(path, sure="1", file="")).status_code == 403
        assert (await site.browser().post(path, sure="1", file="")).status_code == 401
    assert site.town.accounts.roster.get(anna.id).name == "Anna Alm"


async def test_a_file_is_shown_first_and_saved_when_confirmed(
    administrator: Browser, site: Site
) -> None:
    page = await administrator.post("/people/preview", files=upload(FILE))
    assert "Nya personer: 2" in words(page)
    assert "Inget är sparat ännu" in words(page)
    assert people_of(site.town) == {}

    page = await administrator.post("/people/import", **hidden(page))

    assert page.status_code == 200
    assert people_of(site.town) == {
        "asa@x.se": ("Åsa Ö", "Vård", "learner"),
        "bo@x.se": ("Bo", "Kultur", "leader"),
    }


async def test_every_problem_of_a_file_is_told_and_nothing_is_saved(
    administrator: Browser, site: Site
) -> None:
    page = await administrator.post(
        "/people/preview", files=upload(FILE + "Eva;eva;K;\n;x@x.se;K;\n")
    )

    assert page.status_code == 400
    assert "Rad 4: ”eva” är inte en hel e-postadress" in words(page)
    assert "Rad 5: namnet saknas" in words(page)
    assert people_of(site.town) == {}


async def test_markup_in_a_file_is_shown_as_text(administrator: Browser) -> None:
    page = await administrator.post(
        "/people/preview",
        files=upload('namn;epost;avdelning\n<script>alert(1)</script>;a@x.se;"<b>K</b>"\n'),
    )
    assert "<script>alert" not in page.text
    assert "&lt;script&gt;alert" in page.text


async def test_no_file_and_a_forged_one_are_refused(administrator: Browser, site: Site) -> None:
    assert (await administrator.post("/people/preview")).status_code == 400
    assert (await administrator.post("/people/import", file="%%%")).status_code == 400
    assert (await administrator.post("/people/import", file="")).status_code == 400
    too_large = await administrator.post("/people/preview", files=upload(b"x" * (4 * 1024**2 + 1)))
    assert too_large.status_code == 413
    assert people_of(site.town) == {}


async def test_a_reload_of_the_import_leads_back_to_the_list(administrator: Browser) -> None:
    answer = await administrator.get("/people/preview")
    assert (answer.status_code, answer.headers["location"]) == (303, "/people")


def test_importing_again_changes_only_what_differs(town: Town) -> None:
    town.accounts.import_people(FILE.encode())
    ids = {one.email: one.id for one in town.accounts.roster.search()}
    report = town.accounts.import_people(
        "namn;epost;avdelning\nÅsa Ö;ASA@x.se;Vård\nBo;bo@x.se;Teknik\nEva;eva@x.se;K\n".encode()
    )

    assert [row.name for row in report.added] == ["Eva"]
    assert [row.name for row in report.changed] == ["Bo"]
    assert report.unchanged == 1
    # the file says nothing of roles, so Bo still leads
    assert people_of(town)["bo@x.se"] == ("Bo", "Teknik", "leader")
    assert {one.email: one.id for one in town.accounts.roster.search()}.items() >= ids.items()


def test_one_bad_line_saves_none_of_the_file(town: Town) -> None:
    with pytest.raises(Exception, match="Line 4"):
        town.accounts.import_people((FILE + "Eva;eva;K;\n").encode())
    assert people_of(town) == {}


async def test_a_file_cant_leave_the_course_without_an_administrator(
    administrator: Browser, site: Site
) -> None:
    rows = "namn;epost;avdelning;roll\nAdam;adam@exempelstad.example;K;{}\n{}"
    page = await administrator.post("/people/preview", files=upload(rows.format("ledare", "")))
    assert page.status_code == 400
    assert "utan administratör" in words(page)

    heir = rows.format("ledare", "Eva;eva@x.se;K;administratör\n")
    assert (await administrator.post("/people/preview", files=upload(heir))).status_code == 200


async def test_the_list_is_in_swedish_order_searched_and_turned(
    administrator: Browser, site: Site
) -> None:
    names = ["Örjan Ek", "Ärla Ek", "Åsa Ek", "Bo Ek", "anna Ek"]
    with site.town.database.transaction() as session:
        session.add_all(Person(name=name, email=f"{n}@x.se") for n, name in enumerate(names))
        session.add_all(Person(name=f"Zed {n:03}") for n in range(60))
    page = words(await administrator.get("/people", params={"q": " ek"}))
    places = [page.index(name) for name in ["anna Ek", "Bo Ek", "Åsa Ek", "Ärla Ek", "Örjan Ek"]]
    assert places == sorted(places)
    assert "5 personer" in page

    second = words(await administrator.get("/people", params={"q": "zed", "page": "2"}))
    assert "Zed 059" in second
    assert "Zed 049" not in second
    assert "Sida 2 av 2" in second
    for odd in ("0", "-1", "x", "9" * 30, "³"):
        assert (await administrator.get("/people", params={"page": odd})).status_code == 200


async def test_a_person_who_isnt_there_is_not_found(administrator: Browser) -> None:
    assert (await administrator.get("/people/p-nobody")).status_code == 404
    assert (await administrator.post("/people/p-nobody/link")).status_code == 404
    assert (await administrator.post("/people/p-nobody/erase", sure="1")).status_code == 404


async def test_a_name_with_markup_stays_text_everywhere(administrator: Browser, site: Site) -> None:
    who = site.town.accounts.roster.ensure("<img src=x>", "img@x.se", Role.LEARNER)
    site.town.accounts.waiting.add(who.id, "ABCD")
    pages = [
        await administrator.get("/people"),
        await administrator.get(f"/people/{who.id}"),
        await administrator.post(f"/people/{who.id}/link"),
    ]
    assert all("<img src=x>" not in page.text for page in pages)
