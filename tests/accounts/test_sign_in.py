"""Signing in by link, code and demo name, over real HTTP."""

import asyncio
import re
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from motesklar.errors import UnknownCode
from motesklar.store.models import Role
from tests.accounts.conftest import Site, Town, path_of, set_cookies, words


async def test_a_link_that_a_mail_scanner_opened_many_times_still_signs_in_once(site: Site) -> None:
    link = path_of(site.town.accounts.make_personal_link(site.town.person("Anna Alm")))
    scanner = site.browser()
    for _ in range(3):
        assert (await scanner.head(link)).status_code == 200
        assert (await scanner.get(link)).status_code == 200

    anna = site.browser()
    page = await anna.get(link)
    assert "Anna Alm" in words(page)
    answer = await anna.post(link)

    assert answer.status_code == 303
    assert answer.headers["location"] == "/"
    assert anna.name == "Anna Alm"
    assert scanner.name is None


async def test_a_used_link_says_so_and_offers_a_new_one(site: Site) -> None:
    link = path_of(site.town.accounts.make_personal_link(site.town.person()))
    await site.browser().post(link)

    late = site.browser()
    for answer in (await late.get(link), await late.post(link)):
        assert answer.status_code == 404
        assert 'action="/sign-in/request"' in answer.text
    assert late.name is None


async def test_a_link_consumed_many_times_at_once_signs_in_exactly_one(site: Site) -> None:
    link = path_of(site.town.accounts.make_personal_link(site.town.person()))
    browsers = [site.browser() for _ in range(6)]
    for browser in browsers:
        await browser.get(link)

    answers = await asyncio.gather(*(browser.post(link) for browser in browsers))

    assert sorted(answer.status_code for answer in answers) == [303, *[404] * 5]
    assert sum(browser.name is not None for browser in browsers) == 1


async def test_one_who_opens_a_used_link_again_goes_on_where_they_are_signed_in(site: Site) -> None:
    link = path_of(site.town.accounts.make_personal_link(site.town.person("Anna Alm")))
    browser = site.browser()
    await browser.post(link)
    page = await browser.get(link)

    assert "Du är inloggad som Anna Alm" in words(page)
    assert "tryck på Fortsätt" in words(page)
    assert browser.name == "Anna Alm"


def test_the_database_decides_between_processes_that_consume_the_same_link(town: Town) -> None:
    link = path_of(town.accounts.make_personal_link(town.person())).removeprefix("/link/")
    others = [Town(town.data, town.settings) for _ in range(8)]
    together = threading.Barrier(len(others))

    def consume(other: Town) -> bool:
        together.wait()
        try:
            return bool(other.accounts.consume(link))
        except UnknownCode:
            return False
        finally:
            other.database.close()

    with ThreadPoolExecutor(len(others)) as threads:
        assert sum(threads.map(consume, others)) == 1


async def test_an_expired_link_signs_nobody_in(site: Site) -> None:
    link = path_of(site.town.accounts.make_personal_link(site.town.person()))
    site.town.clock.pass_(days=site.town.settings.signin.link_days)
    browser = site.browser()

    assert (await browser.post(link)).status_code == 404
    assert browser.name is None


@pytest.mark.parametrize("token", ["x", "A" * 43, "..%2f..%2fme", "%00", "å" * 43])
async def test_a_forged_link_signs_nobody_in(site: Site, token: str) -> None:
    browser = site.browser()

    assert (await browser.get(f"/link/{token}")).status_code == 404
    assert (await browser.post(f"/link/{token}")).status_code == 404
    assert browser.name is None


async def test_a_device_code_is_no_link_so_its_tries_cant_escape_being_counted(site: Site) -> None:
    code = site.town.accounts.start_device_code(site.town.person().id)

    raw = path_of(code.link).removeprefix("/device/")
    assert (await site.browser().post(f"/link/{raw}")).status_code == 404
    assert (await site.browser().post(f"/device/{raw}")).status_code == 303


async def test_the_page_of_a_link_is_kept_by_nobody(site: Site) -> None:
    link = path_of(site.town.accounts.make_personal_link(site.town.person()))
    answer = await site.browser().get(link)

    assert answer.headers["referrer-policy"] == "no-referrer"
    assert answer.headers["cache-control"] == "no-store"


async def test_the_page_of_a_link_speaks_the_language_of_its_person(site: Site) -> None:
    anna = site.town.person()
    site.town.accounts.set_language(anna.id, "en")
    answer = await site.browser().get(path_of(site.town.accounts.make_personal_link(anna)))

    assert '<html lang="en"' in answer.text
    assert "Sign in as Anna Alm" in words(answer)


async def test_the_session_cookie_is_closed_to_scripts_and_other_sites(site: Site) -> None:
    link = path_of(site.town.accounts.make_personal_link(site.town.person()))
    cookie = set_cookies(await site.browser().post(link))["motesklar_session"]

    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Path=/" in cookie
    assert "expires=" in cookie
    assert "Secure" not in cookie  # plain http on loopback


async def test_the_session_cookie_is_secure_when_people_reach_us_over_tls(site: Site) -> None:
    site.services.public_url = "https://motesklar.exempelstad.example"
    link = path_of(site.town.accounts.make_personal_link(site.town.person()))

    assert "Secure" in set_cookies(await site.browser().post(link))["motesklar_session"]


async def test_a_new_sign_in_ends_the_session_that_the_browser_had(site: Site) -> None:
    browser = await site.signed_in(site.town.person("Anna Alm"))
    before = browser.http.cookies["motesklar_session"]

    await browser.post(path_of(site.town.accounts.make_personal_link(site.town.person("Bo Berg"))))

    assert browser.name == "Bo Berg"
    assert site.town.sessions.find(before) is None


async def test_a_demo_visitor_types_a_name_and_is_in(site: Site) -> None:
    browser = site.browser()
    answer = await browser.post("/sign-in/demo", name="  Siv   Sund ")

    assert answer.status_code == 303
    assert browser.name == "Siv Sund"
    assert browser.session is not None
    assert browser.session.role is Role.LEARNER


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("  ", "Skriv ditt namn"),
        ("x" * 61, "för långt"),
        ("Siv 19850101-1234", "personnummer"),
    ],
)
async def test_a_demo_name_that_does_not_do_is_told_beside_the_field(
    site: Site, name: str, told: str
) -> None:
    browser = site.browser()
    answer = await browser.post("/sign-in/demo", name=name)

    assert answer.status_code == 400
    assert told in words(answer)
    field = re.search(r'<input id="name".*?>', answer.text, re.DOTALL)
    assert field
    assert 'aria-invalid="true"' in field[0]
    assert 'aria-describedby="name-error name-hint"' in field[0]
    assert 'id="name-error"' in answer.text
    assert browser.name is None


async def test_outside_a_demo_no_name_signs_in(site: Site) -> None:
    site.services.demo = False
    browser = site.browser()
    assert (await browser.post("/sign-in/demo", name="Siv")).status_code == 404


async def test_a_code_signs_the_same_person_in_on_another_device(site: Site) -> None:
    computer = await site.signed_in(site.town.person("Anna Alm"))
    page = await computer.post("/device")
    shown = re.search(r"[A-Z0-9]{4}-[A-Z0-9]{4}", words(page))
    assert shown, words(page)

    phone = site.browser()
    answer = await phone.post("/sign-in/code", code=f" {shown[0].lower().replace('-', ' ')} ")

    assert answer.status_code == 303
    assert phone.name == "Anna Alm"
    assert computer.name == "Anna Alm"


async def test_the_qr_picture_leads_to_a_page_with_a_button(site: Site) -> None:
    computer = await site.signed_in(site.town.person("Anna Alm"))
    page = await computer.post("/device")
    assert page.text.count("<svg width=") == 1
    assert "<style" not in page.text.partition("<svg width=")[2]
    code = re.search(r"[A-Z0-9]{4}-[A-Z0-9]{4}", words(page))
    assert code

    phone = site.browser()
    address = f"/device/{code[0].replace('-', '')}"
    assert (await phone.head(address)).status_code == 200
    assert "Logga in som Anna Alm" in words(await phone.get(address))
    assert (await phone.post(address)).status_code == 303
    assert phone.name == "Anna Alm"


async def test_a_new_code_makes_the_one_before_worthless(site: Site) -> None:
    anna = site.town.person()
    first = site.town.accounts.start_device_code(anna.id)
    second = site.town.accounts.start_device_code(anna.id)
    browser = site.browser()

    assert (await browser.post("/sign-in/code", code=first.code)).status_code == 404
    assert (await browser.post("/sign-in/code", code=second.code)).status_code == 303


async def test_a_code_runs_out(site: Site) -> None:
    code = site.town.accounts.start_device_code(site.town.person().id)
    site.town.clock.pass_(minutes=site.town.settings.signin.device_code_minutes)

    assert (await site.browser().post("/sign-in/code", code=code.code)).status_code == 404


async def test_wrong_codes_stop_one_browser_and_no_other(site: Site) -> None:
    guesser, neighbour = site.browser(), site.browser()
    code = site.town.accounts.start_device_code(site.town.person("Anna Alm").id)
    answers = [await guesser.post("/sign-in/code", code="AAAA-AAAA") for _ in range(11)]

    assert [answer.status_code for answer in answers] == [404] * 10 + [429]
    assert answers[-1].headers["retry-after"] == "60"
    assert 'value="AAAA-AAAA"' in answers[-1].text
    assert (await guesser.get("/device/AAAAAAAA")).status_code == 429
    assert (await guesser.post("/sign-in/code", code=code.code)).status_code == 429
    assert (await neighbour.post("/sign-in/code", code=code.code)).status_code == 303

    site.town.clock.pass_(seconds=61)
    assert (await guesser.post("/sign-in/code", code="AAAA-AAAA")).status_code == 404


async def test_guessing_by_the_qr_address_is_counted_too(site: Site) -> None:
    guesser = site.browser()
    statuses = [(await guesser.get("/device/AAAAAAAA")).status_code for _ in range(11)]

    assert statuses == [404] * 10 + [429]


async def test_a_form_without_its_xsrf_field_is_refused_in_plain_words(site: Site) -> None:
    browser = site.browser()
    await browser.get("/sign-in")
    answer = await browser.http.post("/sign-in/demo", data={"name": "Siv"})

    assert answer.status_code == 403
    assert "ladda om sidan" in words(answer).lower()
    assert browser.name is None


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example/",
        "\\\\evil.example",
        "javascript:alert(1)",
        "/\t/evil.example",
        "http:evil.example",
        "/%0d%0aSet-Cookie:x=1\r\nX: y",
        "/link/abc",
        "/sign-in?next=//evil.example",
    ],
)
async def test_no_next_leads_away_from_the_course(site: Site, target: str) -> None:
    answer = await site.browser().post("/sign-in/demo", name="Siv", next=target)

    assert answer.headers["location"] == "/"


async def test_next_leads_to_the_page_that_was_asked_for(site: Site) -> None:
    browser = site.browser()
    page = await browser.get("/sign-in", params={"next": "/m/02-test-your-equipment?x=1"})
    assert 'name="next" value="/m/02-test-your-equipment?x=1"' in page.text

    answer = await browser.post("/sign-in/demo", name="Siv", next="/m/02-test-your-equipment?x=1")
    assert answer.headers["location"] == "/m/02-test-your-equipment?x=1"


class TestUnderABaseUrl:
    @pytest.fixture
    def base_url(self) -> str:
        return "/kurs/"

    async def test_addresses_and_cookies_stay_under_it(self, site: Site) -> None:
        browser = site.browser()
        answer = await browser.post("/sign-in/demo", name="Siv", next="/annat")

        assert answer.headers["location"] == "/kurs/"
        assert "Path=/kurs/" in set_cookies(answer)["motesklar_session"]
        assert (await browser.get("/me")).status_code == 200

        answer = await browser.post("/sign-out")
        assert answer.headers["location"] == "/kurs/sign-in?done=signed-out"
        assert browser.name is None

    async def test_next_may_not_climb_out_of_it(self, site: Site) -> None:
        answer = await site.browser().post("/sign-in/demo", name="Siv", next="/kurs/../annat")
        assert answer.headers["location"] == "/kurs/"


async def test_signing_out_ends_the_session_and_keeps_the_device_otherwise(site: Site) -> None:
    browser = await site.signed_in(site.town.person())
    token = browser.http.cookies["motesklar_session"]
    answer = await browser.post("/sign-out")

    assert answer.status_code == 303
    assert "clear-site-data" not in answer.headers
    assert site.town.sessions.find(token) is None
    assert (await browser.get("/me")).headers["location"].startswith("/sign-in?next=")


async def test_nothing_of_a_person_stays_on_a_shared_device(site: Site) -> None:
    anna = site.town.person()
    browser = site.browser()
    link = path_of(site.town.accounts.make_personal_link(anna))
    answer = await browser.post(link, shared="1")

    cookie = set_cookies(answer)["motesklar_session"]
    assert "expires" not in cookie.lower()
    assert "max-age" not in cookie.lower()
    assert answer.headers["clear-site-data"] == '"storage"'
    assert (await browser.get("/me")).headers["cache-control"] == "no-store"

    answer = await browser.post("/sign-out")
    assert answer.headers["clear-site-data"] == '"cache", "cookies", "storage"'
    assert browser.name is None


async def test_a_shared_device_forgets_one_who_walks_away(site: Site) -> None:
    browser = await site.signed_in(site.town.person(), shared=True)
    site.town.clock.pass_(minutes=site.town.settings.signin.shared_device_minutes)
    assert (await browser.get("/me")).status_code == 302

    answer = await browser.post("/sign-out")
    assert answer.headers["clear-site-data"] == '"cache", "cookies", "storage"'


async def test_a_shared_choice_made_on_the_code_form_is_kept(site: Site) -> None:
    code = site.town.accounts.start_device_code(site.town.person().id)
    browser = site.browser()
    await browser.post("/sign-in/code", code=code.code, shared="1")

    assert browser.session is not None
    assert browser.session.shared_device


async def test_the_language_is_kept_on_the_device_and_for_the_person(site: Site) -> None:
    anna = site.town.person()
    browser = await site.signed_in(anna)
    answer = await browser.post("/language", language="en", next="/me")

    assert answer.headers["location"] == "/me"
    assert '<html lang="en"' in (await browser.get("/me")).text
    phone = await site.signed_in(anna)
    assert '<html lang="en"' in (await phone.get("/me")).text


@pytest.mark.parametrize("language", ["", "xx", "../sv"])
async def test_a_language_that_the_course_does_not_speak_is_refused(
    site: Site, language: str
) -> None:
    answer = await site.browser().post("/language", language=language)
    assert answer.status_code == 400


async def test_the_language_switch_leads_nowhere_else(site: Site) -> None:
    answer = await site.browser().post("/language", language="en", next="//evil.example")
    assert answer.headers["location"] == "/"


async def test_an_empty_course_gets_its_first_administrator_once(site: Site) -> None:
    link = path_of(site.town.accounts.administrator_link())
    browser = site.browser()
    assert 'id="email"' in (await browser.get(link)).text

    refused = await browser.post(link, name=" ", email="ada@exempelstad.example")
    assert refused.status_code == 400
    assert 'value="ada@exempelstad.example"' in refused.text
    refused = await browser.post(link, name="Ada", email="ada@")
    assert refused.status_code == 400

    assert (await browser.post(link, name="Ada", email="")).status_code == 303
    assert browser.session is not None
    assert browser.session.role is Role.ADMINISTRATOR
    assert (await site.browser().post(link, name="Eva", email="")).status_code == 404


async def test_who_is_there_is_told_to_the_page(site: Site) -> None:
    anna = site.town.person()
    site.town.memberships[anna.id] = {"id": "w-1", "title": "Tisdag", "hand_raised": False}
    browser = await site.signed_in(anna)

    assert (await browser.get("/api/me")).json() == {
        "person": {"id": anna.id, "name": "Anna Alm", "role": "learner", "department": ""},
        "language": "sv",
        "workshop": {"id": "w-1", "title": "Tisdag", "hand_raised": False},
        "shared_device": False,
    }
    assert (await site.browser().get("/api/me")).status_code == 401
