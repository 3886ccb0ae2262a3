"""From the invitation to the last reminder: an administrator, a real mail server, and a reader."""

import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from motesklar.paths import DataFolder
from motesklar.store.models import Person
from tests.conftest import RunningCourse, free_port
from tests.journeys.conftest import DESKTOP, PHONE, assert_accessible, sign_in_by_link
from tests.letters.post import Post, served

pytestmark = [pytest.mark.browser, pytest.mark.slow]

NAME = "Lena Läsare"
SETTINGS = """
[mail]
host = "127.0.0.1"
port = {port}
sender = "Kursen <kurs@x.example>"
letters_per_minute = 6000
quiet_from = "00:00"
quiet_to = "23:59"
"""
MINUTE = 60.0


@pytest.fixture(scope="module")
def post() -> Iterator[Post]:
    post = Post()
    with served(post, free_port()) as controller:
        post.port = controller.port  # type: ignore[attr-defined]
        yield post


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory, post: Post) -> Iterator[RunningCourse]:
    """A course of its own, whose letters go to our mail server and whose hours are all quiet."""
    own: Path = tmp_path_factory.mktemp("own")
    text = SETTINGS.format(port=post.port)  # type: ignore[attr-defined]
    (own / "course.toml").write_text(text, encoding="utf-8")
    arguments = ("--demo", "--course", str(own))
    running = RunningCourse(DataFolder(tmp_path_factory.mktemp("data")), free_port(), arguments)
    running.start()
    yield running
    running.stop()


def letter(post: Post, number: int, page: Page) -> str:
    """The text of that letter, counted from 1, once it has come."""
    deadline = time.monotonic() + MINUTE
    while len(post.letters) < number:
        assert time.monotonic() < deadline, "the letter never came"
        page.wait_for_timeout(50)
    part = post.letters[number - 1].get_body(("plain",))
    assert part
    text: str = part.get_content()
    return text


def send_now(admin: Page) -> None:
    """Hurry what waits, by keyboard."""
    admin.get_by_role("heading", name="1 mejl väntar").wait_for()
    tick = admin.get_by_label("Ja, jag är säker").first
    tick.focus()
    admin.keyboard.press("Space")
    admin.keyboard.press("Tab")
    admin.keyboard.press("Enter")
    expect(admin.get_by_role("main").get_by_role("status")).to_contain_text(
        "Mejl som skickas nu: 1"
    )


def test_from_the_invitation_to_the_last_reminder(
    person: Callable[..., Page], course: RunningCourse, post: Post
) -> None:
    with course.database().transaction() as session:
        session.add(Person(name=NAME, email="lena@x.example", department="Kultur och fritid"))

    admin = person()
    sign_in_by_link(admin, course.link_of("administrator"))
    admin.get_by_role("link", name="Mejl", exact=True).click()
    assert_accessible(admin)
    admin.goto("/people?q=Lena")
    admin.get_by_role("link", name=NAME).click()
    admin.get_by_role("button", name="Visa inbjudan").click()
    expect(admin.get_by_role("heading", level=1)).to_have_text("Bjud in till kursen")
    assert_accessible(admin)
    admin.get_by_role("button", name="Skicka inbjudningarna").click()
    expect(admin.get_by_text("Just nu är det tyst tid och inga mejl skickas.")).to_be_visible()
    assert post.letters == []
    for viewport in (PHONE, DESKTOP):
        admin.set_viewport_size(viewport)  # type: ignore[arg-type]
        assert_accessible(admin)
    send_now(admin)

    link = re.search(r"http\S+/link/\S+", letter(post, 1, admin))
    assert link
    lena = person(viewport=PHONE)
    sign_in_by_link(lena, link[0])

    reviewer = person()
    sign_in_by_link(reviewer, course.link_of("reviewer"))
    with course.database().transaction() as session:
        lena_id = session.query(Person).filter_by(name=NAME).one().id
    reviewer.evaluate(
        """([id, token]) => {
            const form = document.createElement("form");
            form.method = "post";
            form.action = "/review/remind";
            for (const [name, value] of [["person", id], ["_xsrf", token]]) {
                const field = document.createElement("input");
                field.name = name;
                field.value = value;
                form.append(field);
            }
            document.body.append(form);
            form.submit();
        }""",
        [lena_id, reviewer.locator("meta[name=xsrf]").get_attribute("content")],
    )
    expect(reviewer.get_by_role("heading", level=1)).to_have_text("Påminn om det som är kvar")
    for viewport in (PHONE, DESKTOP):
        reviewer.set_viewport_size(viewport)  # type: ignore[arg-type]
        assert_accessible(reviewer)
    reviewer.get_by_role("button", name="Skicka påminnelserna").click()
    expect(reviewer.get_by_role("main").get_by_role("status")).to_contain_text("Mejl på väg: 1")
    admin.goto("/letters")
    send_now(admin)

    text = letter(post, 2, admin)
    assert "Det här har du kvar" in text
    stop = re.search(r"http\S+/reminders/\S+", text)
    assert stop
    stranger = person(viewport=PHONE)
    stranger.goto(stop[0])
    assert_accessible(stranger)
    stranger.keyboard.press("Tab")
    stranger.get_by_role("button", name="Stoppa påminnelserna").press("Enter")
    expect(stranger.get_by_role("status").filter(has_text="stoppade")).to_be_visible()
    assert_accessible(stranger)
    lena.goto("/me")
    expect(lena.get_by_role("button", name="Jag vill ha påminnelser igen")).to_be_visible()
    assert_accessible(lena)

    admin.goto("/letters?state=sent")
    expect(admin.get_by_role("row", name=NAME)).to_have_count(2)
    assert_accessible(admin)
