"""The sums are Python's; the page never loses a number while it waits for them."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from motesklar_widgets import TripCalculator
from tests.widgets.conftest import Open


def test_the_sums_follow_the_documented_constants() -> None:
    calculator = TripCalculator(km=30, people=2, trips=5)
    assert calculator.result["hours"] == pytest.approx(30 * 2 * 5 / 60 * 2)
    assert calculator.result["kronor"] == pytest.approx(30 * 2 * 5 * 2 * 2.5)
    assert calculator.result["kg_co2"] == pytest.approx(30 * 2 * 5 * 2 * 0.133)


def test_a_changed_number_gives_new_sums() -> None:
    calculator = TripCalculator(km=30, people=3, trips=5, people_per_car=2)
    calculator.km = 60
    assert calculator.result["km"] == 60
    assert calculator.result["kronor"] == pytest.approx(60 * 2 * 5 * 2 * 2.5)


def test_the_page_shows_pythons_sums_for_what_is_typed(open_page: Open) -> None:
    page = open_page({"trip": TripCalculator(km=30, people=2, trips=5)})
    expect(page.get_by_text("1,500 kronor in travel costs")).to_be_visible()
    page.get_by_label("Kilometres, one way").fill("60")
    expect(page.get_by_text("3,000 kronor in travel costs")).to_be_visible()


def test_what_is_typed_stays_while_the_kernel_is_slow(open_page: Open) -> None:
    page = open_page({"trip": TripCalculator(km=30, people=2, trips=5)})
    held = []
    page.route("**/harness/models/**", lambda route: held.append(route))
    km = page.get_by_label("Kilometres, one way")
    for typed in ("60", "90"):
        with page.expect_request("**/harness/models/**"):
            km.fill(typed)
        expect(page.get_by_text("Calculating …")).to_be_visible()
    # the first answer is for numbers that no longer stand there
    held[0].continue_()
    expect(page.get_by_text("Calculating …")).to_be_visible()
    held[1].continue_()
    expect(page.get_by_text("4,500 kronor in travel costs")).to_be_visible()
    expect(km).to_have_value("90")


def test_something_that_is_no_number_is_told_beside_its_field(open_page: Open) -> None:
    page = open_page({"trip": TripCalculator()})
    people = page.get_by_label("How many people travel")
    people.fill("many")
    expect(people).to_have_accessible_description("Write a number, such as 40.")
    expect(people).to_have_attribute("aria-invalid", "true")
    expect(page.get_by_text("kronor in travel costs")).to_have_count(0)
    people.fill("4")
    expect(people).to_have_accessible_description("")
    expect(page.get_by_text("kronor in travel costs")).to_be_visible()


def test_a_swedish_comma_is_a_number(open_page: Open) -> None:
    page = open_page({"trip": TripCalculator(km=30, people=1, trips=10)}, language="sv")
    page.get_by_label("Kilometer, enkel väg").fill("30,5")
    expect(page.get_by_text("1\xa0525 kronor i resekostnader")).to_be_visible()


def test_the_calculator_is_accessible_and_fits_a_narrow_screen(
    open_page: Open, assert_accessible: Callable[[Page], None]
) -> None:
    page = open_page({"trip": TripCalculator()}, viewport={"width": 320, "height": 640})
    page.get_by_label("Trips each year").fill("x")
    assert_accessible(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
