"""Signing in and out in real Chromium, by keyboard, on a device that many people use."""

import re
from collections.abc import AsyncIterator

import pytest
from playwright.async_api import BrowserContext, Page, async_playwright, expect

from motesklar.store.models import Role
from tests.accounts.conftest import Site, path_of
from tests.chromium import chromium_path

pytestmark = pytest.mark.browser

ARGUMENTS = ["--no-sandbox", "--disable-quic", "--disable-background-networking"]


@pytest.fixture
async def context(site: Site) -> AsyncIterator[BrowserContext]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium_path(), args=ARGUMENTS)
        yield await browser.new_context(
            base_url=site.origin, viewport={"width": 320, "height": 640}
        )
        await browser.close()


@pytest.fixture
async def page(context: BrowserContext) -> Page:
    return await context.new_page()


async def sign_in(page: Page, site: Site, role: Role = Role.LEARNER) -> None:
    link = site.town.accounts.make_personal_link(site.town.person("Anna Alm", role=role))
    await page.goto(path_of(link))
    # focus arrives with the first picture of the page, after it is loaded
    await expect(page.get_by_role("button", name="Logga in som Anna Alm")).to_be_focused()
    await page.keyboard.press("Enter")
    await page.wait_for_url("**/")


async def leftovers(page: Page) -> list[str]:
    """What scripts left in the browser."""
    found: list[str] = await page.evaluate("() => Object.keys(localStorage)")
    return found


async def test_a_link_needs_one_press_of_a_key(page: Page, site: Site) -> None:
    await sign_in(page, site)
    await page.goto("/me")
    await expect(page.get_by_text("anna@exempelstad.example")).to_be_visible()


async def test_an_error_takes_the_focus_to_its_field(page: Page) -> None:
    await page.goto("/sign-in")
    await page.get_by_label("Kod", exact=True).fill("AAAA AAAA")
    await page.keyboard.press("Enter")

    code = page.get_by_label("Kod", exact=True)
    await expect(code).to_be_focused()
    await expect(code).to_have_value("AAAA AAAA")
    await expect(code).to_have_accessible_description(re.compile("fungerar inte"))
    await expect(page).to_have_title(re.compile("^Något är fel"))


async def test_the_picture_leads_another_device_in(
    page: Page, context: BrowserContext, site: Site
) -> None:
    await sign_in(page, site)
    await page.goto("/device")
    await page.get_by_role("button", name="Visa en kod").press("Enter")
    await expect(page.get_by_role("img", name="kamera")).to_be_visible()
    code = await page.locator("main .case-code").inner_text()

    assert context.browser
    phone = await (await context.browser.new_context(base_url=site.origin)).new_page()
    await phone.goto("/sign-in")
    await phone.get_by_label("Kod", exact=True).fill(code.lower())
    await phone.keyboard.press("Enter")
    await phone.wait_for_url("**/")
    await phone.goto("/me")
    await expect(phone.get_by_text("anna@exempelstad.example")).to_be_visible()


async def test_a_shared_device_remembers_nobody(
    page: Page, context: BrowserContext, site: Site
) -> None:
    await page.goto("/sign-in")
    await page.evaluate("() => localStorage.setItem('before', 'somebody')")
    await page.get_by_label("Vad heter du?").fill("Siv")
    await page.locator("#shared-demo").check()
    await page.get_by_role("button", name="Börja kursen").press("Enter")
    await page.wait_for_url("**/")
    assert await leftovers(page) == []

    await page.goto("/me")
    await page.evaluate("() => localStorage.setItem('answer', 'mine')")
    await page.get_by_role("main").get_by_role("button", name="Logga ut").press("Enter")
    await page.wait_for_url("**/sign-in?done=signed-out")
    await expect(page.get_by_role("status").filter(has_text="utloggad")).to_be_visible()
    assert await leftovers(page) == []
    names = [cookie.get("name") for cookie in await context.cookies()]
    assert "motesklar_session" not in names

    await page.go_back()
    await expect(page).to_have_url(re.compile("/sign-in"))
    await expect(page.get_by_text("Det här vet vi om dig")).to_have_count(0)


@pytest.mark.parametrize("path", ["/sign-in", "/me", "/device", "/people"])
async def test_nothing_needs_sideways_scrolling_on_a_narrow_screen(
    page: Page, site: Site, path: str
) -> None:
    await sign_in(page, site, Role.ADMINISTRATOR)
    site.town.accounts.waiting.add(site.town.person("Bo Berg").id, "ABC234")
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    await page.goto(path)

    assert await page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")
    assert complaints == []
