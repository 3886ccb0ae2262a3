"""The start page, the pages about the course and the frame around them, as they are sent."""

import logging
import re
from pathlib import Path
from typing import Any

import httpx
import pytest
from babel.messages.extract import extract

from motesklar.i18n import load_languages
from motesklar.store.models import Role
from motesklar.web.templates import TEMPLATES
from tests.web.conftest import PagesCourse
from tests.web.samples import graded, state

WEB = TEMPLATES.parent


@pytest.fixture
def client(pages_course: PagesCourse) -> Any:
    def client(role: Role | None = None, language: str = "sv") -> httpx.Client:
        cookies = {"motesklar_language": language}
        if role:
            cookie = pages_course.cookie(role)
            cookies[cookie["name"]] = cookie["value"]
        return httpx.Client(base_url=pages_course.address, cookies=cookies)

    return client


def words(html: str) -> str:
    """The page's text, with single spaces."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


def test_nobody_sees_a_start_page_before_signing_in(client: Any) -> None:
    answer = client().get("/")
    assert answer.status_code == 302
    assert answer.headers["location"] == "/sign-in?next=%2F"


def test_a_learner_is_greeted_and_led_to_where_they_stopped(
    client: Any, pages_course: PagesCourse
) -> None:
    done = state({"steg-1": "done", "steg-2": "done"}, graded(1, 2))
    pages_course.states["01-varfor"] = done
    pages_course.states["02-utrustning"] = state({"steg-1": "done"})
    html = client(Role.LEARNER).get("/").text
    assert "Hej Lena!" in words(html)
    assert 'href="/m/02-utrustning#step-steg-2"' in html
    assert "Nästa steg: Rubrik 2" in words(html)
    assert "1 av 2 poäng" in words(html)
    assert "1 av 3 delar klara" in words(html)


@pytest.mark.parametrize(
    ("role", "rooms"),
    [
        (Role.LEARNER, set()),
        (Role.LEADER, {"/workshops"}),
        (Role.REVIEWER, {"/review"}),
        (Role.ADMINISTRATOR, {"/workshops", "/review", "/people"}),
    ],
)
def test_each_role_is_shown_its_own_rooms(client: Any, role: Role, rooms: set[str]) -> None:
    html = client(role).get("/").text
    linked = set(re.findall(r'href="(/(?:workshops|review|people))"', html))
    assert linked == rooms


def test_who_is_in_a_workshop_is_told_so_instead_of_asked_for_a_code(
    client: Any, pages_course: PagesCourse
) -> None:
    learner = client(Role.LEARNER)
    assert 'action="/join"' in learner.get("/").text
    pages_course.workshop = {
        "id": "w-1",
        "title": "Tisdag <3",
        "module": "02-utrustning",
        "hand_raised": False,
    }
    html = learner.get("/").text
    assert 'action="/join"' not in html
    assert "Tisdag &lt;3" in html


def test_two_languages_do_not_get_mixed_in_one_server(client: Any) -> None:
    for language, greeting in (("sv", "Hej Lena!"), ("en", "Hello Lena!"), ("sv", "Hej Lena!")):
        html = client(Role.LEARNER, language).get("/").text
        assert f'<html lang="{language}"' in html
        assert greeting in words(html)


@pytest.mark.parametrize("path", ["/", "/help", "/accessibility", "/privacy", "/nowhere"])
def test_the_way_to_a_human_stands_on_every_page(client: Any, path: str) -> None:
    html = client(Role.LEARNER).get(path).text
    footer = html[html.index("<footer") :]
    assert 'href="tel:0100000000"' in footer
    assert "vardagar 8–16" in footer
    assert 'href="/accessibility"' in footer
    assert 'href="/privacy"' in footer
    assert re.search(r'class="case-code">[A-Z2-9]{6}<', footer)


def test_the_case_code_of_a_fault_leads_to_its_line_in_the_log(
    client: Any, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO, logger="motesklar.request"):
        answer = client().get("/broken")
    assert answer.status_code == 500
    shown = re.search(r'class="case-code">(\w+)<', answer.text)
    assert shown
    # the fault is logged before the page is sent
    faults = [record for record in caplog.records if record.levelno == logging.ERROR]
    assert shown[1] in [vars(fault)["facts"]["case"] for fault in faults if fault.exc_info]


def test_a_fault_tells_what_to_do_next_and_nothing_of_the_code(client: Any) -> None:
    html = client().get("/broken").text
    assert "Vänta en stund och försök igen." in words(html)
    assert "ZeroDivisionError" not in html


def test_a_wrong_address_leads_back_to_the_start_page(client: Any) -> None:
    answer = client(Role.LEARNER).get("/nowhere")
    assert answer.status_code == 404
    assert "Gå till startsidan och välj därifrån." in words(answer.text)


def test_the_accessibility_statement_has_what_the_law_asks_for(client: Any) -> None:
    text = words(client().get("/accessibility").text)
    for item in (
        "Exempelstad står bakom den här webbplatsen",
        "delvis förenlig med lagen (2018:1937)",
        "Innehåll som inte är tillgängligt, och varför",
        "servicedesk@exempelstad.example",
        "www.digg.se/tdosanmalan",
        "Den senaste bedömningen gjordes den",
        "Redogörelsen uppdaterades senast den",
        "(självskattning)",
        "Oskäligt betungande anpassning",
        "(12 § i lagen)",
        "omfattas inte av lagen (9 §)",
    ):
        assert item in text


def test_the_privacy_page_tells_the_periods_as_they_are_set(client: Any) -> None:
    text = words(client().get("/privacy").text)
    assert "30 dagar, eller tills du loggar ut" in text
    assert "20 minuter" in text
    assert "allmänt intresse" in text


def test_every_cookie_that_the_server_sets_stands_on_the_privacy_page(client: Any) -> None:
    sources = "".join(path.read_text() for path in WEB.parent.rglob("*.py"))
    cookies = set(re.findall(r'_COOKIE = "([a-z_]+)"', sources)) | {"_xsrf"}
    html = client().get("/privacy").text
    assert cookies
    assert [name for name in sorted(cookies) if name not in html] == []


def ours() -> list[tuple[str, Path]]:
    """The files whose sentences stand in `web.po`, with how babel reads them."""
    pages = ["base", "home", "error", "help", "accessibility", "privacy"]
    templates = [TEMPLATES / f"{name}.html" for name in pages]
    for folder in ("frame", "home", "module"):
        templates += (TEMPLATES / folder).glob("*.html")
    scripts = [WEB / "static" / "js" / f"{name}.js" for name in ("module", "page")]
    modules = [*WEB.glob("*.py"), WEB.parent / "errors.py", WEB.parent / "course.py"]
    return [
        *(("jinja2.ext:babel_extract", path) for path in templates),
        *(("javascript", path) for path in scripts),
        *(("python", path) for path in modules),
    ]


@pytest.mark.parametrize(("method", "path"), ours(), ids=lambda part: getattr(part, "name", ""))
def test_every_sentence_has_its_swedish(method: str, path: Path) -> None:
    swedish = load_languages()["sv"]
    keywords = {"_": None, "N_": None, "t": None, "gettext": None, "ngettext": (1, 2)}
    with path.open("rb") as file:
        found = list(extract(method, file, keywords=keywords, options={"trimmed": "true"}))
    missing = []
    for _, message, *_ in found:
        one, many = (message, message) if isinstance(message, str) else message
        translated = one in swedish.sentences or swedish.ngettext(one, many, 2) != many
        if not translated:
            missing.append(one)
    assert missing == []
