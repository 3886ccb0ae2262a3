"""The administrator's people, and signing in with the account at work, in real Chromium."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from motesklar.paths import DataFolder
from motesklar.store.models import Person, Role
from tests.conftest import RunningCourse, free_port
from tests.journeys.conftest import DESKTOP, PHONE, assert_accessible, come_in
from tests.oidc.provider import CLIENT, SECRET, LocalProvider, running_provider

pytestmark = [pytest.mark.browser, pytest.mark.slow]

EMAIL = "anna.journey@exempelstad.example"


@pytest.fixture(scope="module")
def provider() -> Iterator[LocalProvider]:
    with running_provider() as provider:
        yield provider


@pytest.fixture(scope="module")
def course(
    tmp_path_factory: pytest.TempPathFactory, provider: LocalProvider
) -> Iterator[RunningCourse]:
    """A course whose organisation has a sign-in of its own."""
    own = tmp_path_factory.mktemp("own")
    (own / "secret").write_text(SECRET)
    (own / "course.toml").write_text(
        f'[oidc]\nissuer = "{provider.issuer}"\nname = "Exempelstad"\nclient_id = "{CLIENT}"\n'
        f'client_secret_file = "{own / "secret"}"\nroles = {{ "reviewers" = "reviewer" }}\n'
    )
    running = RunningCourse(
        DataFolder(tmp_path_factory.mktemp("data")),
        free_port(),
        arguments=("--demo", "--course", str(own)),
    )
    running.start()
    yield running
    running.stop()


@pytest.fixture
def at_work(
    browser: Browser, course: RunningCourse, provider: LocalProvider
) -> Iterator[Callable[[], Page]]:
    """Makes browsers that may go to the organisation's sign-in, but fetch nothing from it."""
    contexts: list[BrowserContext] = []
    fetched: list[str] = []

    def open_browser() -> Page:
        context = browser.new_context(viewport=DESKTOP, base_url=course.url)
        contexts.append(context)
        page = context.new_page()
        page.on(
            "request",
            lambda request: (
                fetched.append(request.url)
                if not request.url.startswith((course.url, provider.issuer, "data:"))
                or (
                    request.url.startswith(provider.issuer)
                    and not request.is_navigation_request()
                    and page.url.startswith(course.url)
                )
                else None
            ),
        )
        return page

    yield open_browser
    for context in contexts:
        context.close()
    assert fetched == []


def assert_accessible_on_every_screen(page: Page) -> None:
    for size in (PHONE, DESKTOP):
        page.set_viewport_size(size)  # type: ignore[arg-type]
        assert_accessible(page)


def test_somebody_signs_in_with_the_account_at_work_and_out_again(
    at_work: Callable[[], Page], course: RunningCourse, provider: LocalProvider
) -> None:
    provider.accounts["Anna Journey"] = {
        "sub": "s-journey",
        "name": "Anna Journey",
        "email": EMAIL,
        "email_verified": True,
        "groups": ["reviewers"],
    }
    page = at_work()
    page.goto("/review")
    button = page.get_by_role("link", name="Logga in med Exempelstad")
    expect(button).to_be_visible()
    assert_accessible_on_every_screen(page)
    button.focus()
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Anna Journey").click()
    # to the page that was wanted, with the role of the group
    page.wait_for_url("**/review")
    page.goto("/me")
    page.locator("main").get_by_role("button", name="Logga ut").click()
    page.wait_for_url("**/sign-in?done=signed-out")
    expect(page.get_by_text("Du är utloggad.")).to_be_visible()
    assert [path for path, _ in provider.seen].count("/logout") == 1
    page.goto("/me")
    expect(page.get_by_role("heading", level=1)).to_have_text("Logga in")


def test_a_no_leads_back_with_the_other_ways_open(
    at_work: Callable[[], Page], provider: LocalProvider
) -> None:
    page = at_work()
    page.goto("/sign-in")
    page.get_by_role("link", name="Logga in med Exempelstad").click()
    page.get_by_role("button", name="Cancel").click()
    expect(page.get_by_text("Du blev inte inloggad med Exempelstad.")).to_be_visible()
    expect(page.get_by_label("Din e-postadress på jobbet")).to_be_visible()
    assert_accessible_on_every_screen(page)


def test_an_administrator_changes_a_person_imports_and_merges(
    person: Callable[..., Page], course: RunningCourse, tmp_path: Path
) -> None:
    page = person()
    come_in(page, course, course.person("Eva Admin", Role.ADMINISTRATOR))
    with course.database().transaction() as session:
        known = Person(name="Bo Bergqvist", email="bo.j@exempelstad.example", department="Vård")
        guest = Person(name="Bo Bergqvist", department="Vård")
        session.add_all([known, guest])
        session.flush()
        ids = known.id, guest.id

    page.goto(f"/people/{ids[0]}")
    assert_accessible_on_every_screen(page)
    page.get_by_label("Roll", exact=True).select_option("reviewer")
    page.get_by_label("Alla i organisationen").check()
    page.get_by_role("button", name="Spara", exact=True).press("Enter")
    expect(page.get_by_text("Sparat.")).to_be_visible()
    expect(page.get_by_label("Alla i organisationen")).to_be_checked()

    file = tmp_path / "people.csv"
    file.write_text("namn;epost;avdelning\nBo Bergqvist;BO.J@exempelstad.example;Kultur\n")
    page.goto("/people")
    assert_accessible_on_every_screen(page)
    page.get_by_label("Fil med personer").set_input_files(file)
    page.get_by_role("button", name="Se vad filen skulle göra").click()
    row = page.get_by_role("row", name="Bo Bergqvist")
    expect(row).to_contain_text("Kultur")
    expect(page.get_by_label("som inte finns i filen har slutat")).not_to_be_checked()
    assert_accessible_on_every_screen(page)
    page.get_by_role("button", name="Spara personerna").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Filen är inläst")

    page.goto(f"/people/{ids[0]}")
    page.get_by_label("E-postadress eller nummer för den andra").fill(ids[1])
    page.get_by_role("button", name="Jämför").click()
    expect(page.get_by_text("Det går inte att ångra.")).to_be_visible()
    assert_accessible_on_every_screen(page)
    page.get_by_label("Ja, de är samma person").press("Space")
    page.get_by_role("button", name="Slå ihop dem").press("Enter")
    expect(page.get_by_text("De två är nu samma person i kursen.")).to_be_visible()
    page.goto("/people/duplicates")
    assert_accessible_on_every_screen(page)

    page.goto(f"/people/{ids[0]}")
    page.get_by_role("button", name="Markera att personen har slutat").press("Enter")
    expect(page.get_by_text("Har slutat, sedan")).to_be_visible()
    assert_accessible_on_every_screen(page)
