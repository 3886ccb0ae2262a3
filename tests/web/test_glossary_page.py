"""`/glossary` as it is sent."""

import html
from collections.abc import Callable

import httpx
import pytest
from playwright.sync_api import Page, expect

from motesklar.glossary.words import load_words
from tests.web.conftest import PagesCourse


@pytest.mark.parametrize("language", ["sv", "en"])
def test_each_word_stands_on_the_page_with_its_anchor_and_meaning(
    pages_course: PagesCourse, language: str
) -> None:
    cookies = {"motesklar_language": language}
    shown = html.unescape(httpx.get(pages_course.address + "/glossary", cookies=cookies).text)
    for key, translations in load_words().items():
        assert f'<dt id="{key}">{translations[language].word}</dt>' in shown
        assert f"<dd>{translations[language].meaning}</dd>" in shown


def test_the_footer_leads_there(pages_course: PagesCourse) -> None:
    footer = httpx.get(pages_course.address + "/help").text.split("<footer")[1]
    assert 'href="/glossary">Ordlista<' in footer


@pytest.mark.browser
def test_the_word_that_a_link_led_to_stands_out(open_page: Callable[..., Page]) -> None:
    page = open_page("/glossary#vantrum")
    expect(page.locator("dt#vantrum")).to_be_in_viewport()
    marked = """one => getComputedStyle(one).borderInlineStartWidth !== "0px" """
    found = page.locator("dt").evaluate_all(f"all => all.filter({marked}).map(one => one.id)")
    assert found == ["vantrum"]
