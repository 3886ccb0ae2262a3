"""Anybody tells of a page that they can't use, signed in or not; an administrator handles it."""

import re

import pytest

from tests.accounts.conftest import Browser, Site, words

FORM = "/accessibility/report"


async def test_whoever_is_not_signed_in_can_report_and_the_administrator_handles_it(
    site: Site, administrator: Browser
) -> None:
    stranger = site.browser()
    sent = await stranger.post(FORM, page="/m/01", words="Syns inte", contact="eva@example.se")
    assert sent.status_code == 200
    number = re.search(r"b-[a-z0-9]+", words(sent))
    assert number
    assert "inom 10 arbetsdagar" in words(sent)

    listed = words(await administrator.get("/accessibility/reports"))
    for told in ("1 anmälan väntar", "Syns inte", "eva@example.se", "/m/01", number[0]):
        assert told in listed
    done = await administrator.post(f"/accessibility/reports/{number[0]}/handled")
    assert done.status_code == 303
    listed = words(await administrator.get("/accessibility/reports"))
    assert "Ingen anmälan väntar" in listed
    assert "Åtgärdad den" in listed
    assert (await administrator.post("/accessibility/reports/b-x/handled")).status_code == 404


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("", "Skriv vad som hände"),
        ("x" * 2001, "för lång"),
        ("Jag är 19121212-1212", "personnummer"),
    ],
)
async def test_a_report_that_can_t_be_used_keeps_what_was_typed(
    site: Site, typed: str, told: str
) -> None:
    answer = await site.browser().post(FORM, page="/sidan", words=typed, contact="070-1")
    assert answer.status_code == 400
    assert told in words(answer)
    for kept in ("/sidan", typed, "070-1"):
        assert kept in answer.text


async def test_one_browser_can_t_fill_the_list(site: Site) -> None:
    browser = site.browser()
    for _ in range(5):
        assert (await browser.post(FORM, words="Hjälp")).status_code == 200
    refused = await browser.post(FORM, words="Hjälp igen")
    assert refused.status_code == 429
    assert "Hjälp igen" in refused.text
    assert (await site.browser().post(FORM, words="Jag med")).status_code == 200


@pytest.mark.parametrize(
    ("came_from", "filled_in"),
    [
        ("/m/01-why?x=1", "/m/01-why"),
        ("/link/verysecrettoken", "/link"),
        ("/device/ABCD1234", "/device"),
    ],
)
async def test_the_page_is_filled_in_without_its_secrets(
    site: Site, came_from: str, filled_in: str
) -> None:
    answer = await site.browser().get(FORM, headers={"Referer": site.origin + came_from})
    assert f'value="{filled_in}"' in answer.text
    foreign = await site.browser().get(FORM, headers={"Referer": "https://example.com/secret"})
    assert "secret" not in foreign.text


@pytest.mark.parametrize("path", ["/sign-in", FORM, "/nowhere", "/people"])
async def test_the_statement_and_the_form_stand_in_the_footer_of_every_page(
    site: Site, administrator: Browser, path: str
) -> None:
    for browser in (site.browser(), administrator):
        answer = await browser.get(path, follow_redirects=True)
        assert 'href="/accessibility"' in answer.text
        assert f'href="{FORM}"' in answer.text
