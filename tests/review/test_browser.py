"""The reviewer's page in real Chromium."""

import asyncio
import csv
from uuid import uuid4

import pytest
from playwright.async_api import Browser, expect

from motesklar.store.models import Role
from tests.conftest import RunningCourse
from tests.workshops.chromium import assert_accessible, in_chromium, page_of
from tests.workshops.hall import newcomer

pytestmark = pytest.mark.browser


def test_a_reviewer_filters_and_downloads_by_keyboard(course: RunningCourse) -> None:
    department = f"Ö-förvaltningen {uuid4().hex[:6]}"
    for number in range(60):
        course.person(f"Person {number:02}", department=department)
    reviewer = newcomer(course, "Rut Rektor", Role.REVIEWER)

    async def scenario(browser: Browser) -> None:
        page = await page_of(browser, reviewer, "/review")
        await page.get_by_label("Avdelning").select_option(department)
        await page.get_by_label("Hur långt de har kommit").select_option(label="Något är kvar")
        await page.get_by_role("button", name="Visa", exact=True).focus()
        await page.keyboard.press("Enter")
        await expect(page.get_by_role("heading", name="60 personer")).to_be_visible()
        await expect(page.get_by_role("row")).to_have_count(51)
        await page.get_by_role("link", name="Nästa sida").click()
        await expect(page.get_by_role("row")).to_have_count(11)
        async with page.expect_download() as download:
            await page.get_by_role("link", name="Ladda ner som tabell, 60 rader").click()
        path = await (await download.value).path()
        text = await asyncio.to_thread(path.read_text, encoding="utf-8-sig")
        rows = list(csv.reader(text.splitlines(), delimiter=";"))
        assert len(rows) == 61
        assert rows[1][:2] == ["Person 00", department]

    in_chromium(scenario)


def test_the_head_of_the_table_stays_while_rows_scroll_by_keyboard(course: RunningCourse) -> None:
    department = f"Lång {uuid4().hex[:6]}"
    for number in range(50):
        course.person(f"Person {number:02}", department=department)
    reviewer = newcomer(course, "Rut Rektor", Role.REVIEWER)

    async def scenario(browser: Browser) -> None:
        page = await page_of(browser, reviewer, f"/review?department={department}")
        region = page.get_by_role("region", name="50 personer")
        await region.focus()
        # the filter stands above it: the table is brought into the window as a reader would
        await region.evaluate("table => table.scrollIntoView({ block: 'end' })")
        await page.keyboard.press("End")
        await expect(page.get_by_role("row", name="Person 49")).to_be_in_viewport()
        await expect(page.get_by_role("columnheader", name="Avdelning")).to_be_in_viewport()
        await assert_accessible(page)

    in_chromium(scenario)
