"""An administrator changes who somebody is, and marks who has left."""

import re

import httpx
from sqlalchemy import select

from motesklar.accounts.sight import EVERYBODY
from motesklar.store.models import AuditEntry, Person, Role
from tests.accounts.conftest import Browser, Site, Town, path_of, words


def mark_of(page: httpx.Response) -> str:
    found = re.search(r'name="mark" value="([^"]+)"', page.text)
    assert found
    return found[1]


def saved(town: Town, person: Person) -> Person:
    return town.accounts.roster.get(person.id)


def actions(town: Town, subject: str) -> list[str]:
    with town.database.transaction() as session:
        return list(session.scalars(select(AuditEntry.action).filter_by(subject=subject)))


async def test_everything_about_a_person_can_be_changed(administrator: Browser, site: Site) -> None:
    anna = site.town.person("Anna Alm")
    page = await administrator.get(f"/people/{anna.id}")
    answer = await administrator.post(
        f"/people/{anna.id}/change",
        mark=mark_of(page),
        name=" Anna  Ek ",
        email="Anna.Ek@exempelstad.example",
        department="Kultur och fritid",
        role="reviewer",
        sees="Vård och omsorg",
    )
    assert answer.headers["location"] == f"/people/{anna.id}?done=changed"
    now = saved(site.town, anna)
    assert (now.name, now.email, now.role) == (
        "Anna Ek",
        "anna.ek@exempelstad.example",
        Role.REVIEWER,
    )
    assert (now.department, now.sees) == ("Kultur och fritid", ["Vård och omsorg"])
    assert actions(site.town, anna.id)[-2:] == ["person seen", "person changed"]


async def test_what_is_wrong_is_told_beside_its_field_and_stays_there(
    administrator: Browser, site: Site
) -> None:
    anna, bo = site.town.person("Anna Alm"), site.town.person("Bo Berg")
    page = await administrator.get(f"/people/{anna.id}")
    form = {"mark": mark_of(page), "name": "Anna", "email": "", "department": "", "role": "learner"}
    for field, value in (
        ("name", ""),
        ("email", "half"),
        ("email", bo.email or ""),
        ("name", "Anna 19900101-1234"),
        ("department", "x" * 200),
        ("role", "king"),
    ):
        page = await administrator.post(f"/people/{anna.id}/change", **form | {field: value})
        assert page.status_code == 400
        assert f'id="{field}-error"' in page.text
        assert field == "role" or value in page.text
    assert saved(site.town, anna).name == "Anna Alm"


async def test_of_two_who_save_at_once_the_second_is_told_and_loses_nothing(
    administrator: Browser, site: Site
) -> None:
    anna = site.town.person("Anna Alm")
    page = await administrator.get(f"/people/{anna.id}")
    form = {"name": "Anna Alm", "email": anna.email or "", "role": "learner"}
    first = form | {"mark": mark_of(page), "department": "Kultur och fritid"}
    second = form | {"mark": mark_of(page), "department": "Samhällsbyggnad"}
    assert (await administrator.post(f"/people/{anna.id}/change", **first)).status_code == 303
    page = await administrator.post(f"/people/{anna.id}/change", **second)
    assert page.status_code == 409
    assert "Någon annan har ändrat den här personen" in words(page)
    assert "Avdelning: Kultur och fritid" in words(page)
    assert 'value="Samhällsbyggnad"' in page.text
    assert saved(site.town, anna).department == "Kultur och fritid"
    again = second | {"mark": mark_of(page)}
    assert (await administrator.post(f"/people/{anna.id}/change", **again)).status_code == 303
    assert saved(site.town, anna).department == "Samhällsbyggnad"


async def test_the_last_administrator_stays_one(administrator: Browser, site: Site) -> None:
    assert administrator.session is not None
    me = administrator.session.person_id
    page = await administrator.get(f"/people/{me}")
    page = await administrator.post(
        f"/people/{me}/change", mark=mark_of(page), name="Adam", role="learner"
    )
    assert page.status_code == 409
    assert "den enda administratören" in words(page)
    assert (await administrator.post(f"/people/{me}/leave")).status_code == 409
    assert administrator.session is not None
    # one who has left doesn't count
    eva = site.town.person("Eva Ek", role=Role.ADMINISTRATOR)
    site.town.accounts.editing.leave([eva.id], actor_id=me)
    assert (await administrator.post(f"/people/{me}/leave")).status_code == 409


async def test_who_has_left_is_signed_out_and_can_not_come_in(
    administrator: Browser, site: Site
) -> None:
    anna = site.town.person("Anna Alm")
    browser = await site.signed_in(anna)
    link = site.town.accounts.make_personal_link(anna)
    code = site.town.accounts.start_device_code(anna.id).code
    answer = await administrator.post(f"/people/{anna.id}/leave")
    assert answer.headers["location"] == f"/people/{anna.id}?done=left"
    assert browser.session is None
    other = site.browser()
    for page in (
        await other.get(path_of(link)),
        await other.post(path_of(link)),
        await other.post("/sign-in/code", code=code),
    ):
        assert page.status_code == 403
        assert "inte längre arbetar här" in words(page)
    await other.post("/sign-in/request", email=anna.email or "")
    assert site.town.accounts.waiting.people() == []
    assert other.session is None
    # hidden, unless looked for
    assert "Anna Alm" not in words(await administrator.get("/people"))
    assert "Anna Alm" in words(await administrator.get("/people?left=1"))
    assert "Har slutat, sedan 2 mars 2026" in words(await administrator.get(f"/people/{anna.id}"))

    await administrator.post(f"/people/{anna.id}/back")
    assert "Anna Alm" in words(await administrator.get("/people"))
    # what was made before stays dead
    assert (await other.post(path_of(link))).status_code == 404
    assert (await site.signed_in(anna)).name == "Anna Alm"


async def test_a_reviewer_can_be_let_to_see_everybody(administrator: Browser, site: Site) -> None:
    rut = site.town.person("Rut Ek", role=Role.REVIEWER)
    page = await administrator.get(f"/people/{rut.id}")
    form = {"mark": mark_of(page), "name": "Rut Ek", "role": "reviewer", "everybody": "1"}
    await administrator.post(f"/people/{rut.id}/change", **form)
    assert saved(site.town, rut).sees == [EVERYBODY]
