"""The sums are Python's; the page never loses a number while it waits for them."""

import json
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from motesklar_widgets import TripCalculator
from tests.widgets.conftest import Open

FACTS = {
    "travel": {
        "places": {"Stadshuset": [0, 0], "Sjövik": [30, 40], "Granby": [0, 10]},
        "road_factor": 1.2,
        "km_per_hour": 50,
        "kronor_per_km": 3,
        "kronor_per_hour": 400,
        "kg_co2_per_km": 0.1,
        "people_per_car": 2,
        "sources": "Våra egna siffror.",
    }
}


@pytest.fixture
def organisation(monkeypatch: pytest.MonkeyPatch) -> None:
    """Facts as the server tells them to lessons."""
    monkeypatch.setenv("MOTESKLAR_COURSE", json.dumps(FACTS))


@pytest.mark.usefixtures("organisation")
def test_the_sums_follow_the_organisations_own_figures() -> None:
    calculator = TripCalculator(km=25, people=3, meetings=2)
    km = 25 * 2 * 2 * 12
    assert calculator.result["hours"] == pytest.approx(km / 50 * 3)
    assert calculator.result["work_kronor"] == pytest.approx(km / 50 * 3 * 400)
    assert calculator.result["travel_kronor"] == pytest.approx(km * 2 * 3)
    assert calculator.result["kg_co2"] == pytest.approx(km * 2 * 0.1)


@pytest.mark.usefixtures("organisation")
def test_it_begins_with_the_way_between_the_first_two_places() -> None:
    assert TripCalculator().km == 60


def test_a_changed_number_gives_new_sums() -> None:
    calculator = TripCalculator(km=30, people=1)
    calculator.km = 60
    assert calculator.result["km"] == 60
    assert calculator.result["travel_kronor"] == pytest.approx(60 * 2 * 12 * 2.5)


@pytest.mark.usefixtures("organisation")
def test_choosing_places_on_the_map_fills_in_the_way(open_page: Open) -> None:
    page = open_page({"trip": TripCalculator()}, language="sv")
    expect(page.get_by_role("img", name="Karta: vägen från Stadshuset till Sjövik")).to_be_visible()
    page.get_by_label("Till", exact=True).select_option("Granby")
    expect(page.get_by_label("Kilometer, enkel väg")).to_have_value("12")
    expect(page.get_by_text("1\xa0728 kronor i resekostnader")).to_be_visible()
    page.get_by_text("Var kommer siffrorna ifrån?").click()
    expect(page.get_by_text("Våra egna siffror.")).to_be_visible()


@pytest.mark.usefixtures("organisation")
def test_a_distance_of_ones_own_lies_between_no_places(open_page: Open) -> None:
    page = open_page({"trip": TripCalculator()}, language="sv")
    page.get_by_label("Kilometer, enkel väg").fill("17")
    expect(page.get_by_label("Från")).to_have_value("")
    expect(page.get_by_role("img", name="Karta över Stadshuset, Sjövik, Granby")).to_be_visible()


def test_the_chart_is_a_table_as_well(open_page: Open) -> None:
    page = open_page({"trip": TripCalculator(km=30, people=1)})
    page.get_by_text("See the same as a table").click()
    # 720 km of 2.50 kronor and 12 hours of 300
    expect(page.get_by_role("row", name="12")).to_contain_text("5,400")


def test_the_page_shows_pythons_sums_for_what_is_typed(open_page: Open) -> None:
    page = open_page({"trip": TripCalculator(km=30, people=2)})
    expect(page.get_by_text("3,600 kronor in travel costs")).to_be_visible()
    page.get_by_label("Kilometres, one way").fill("60")
    expect(page.get_by_text("7,200 kronor in travel costs")).to_be_visible()


def test_what_is_typed_stays_while_the_kernel_is_slow(open_page: Open) -> None:
    page = open_page({"trip": TripCalculator(km=30, people=2)})
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
    expect(page.get_by_text("10,800 kronor in travel costs")).to_be_visible()
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
    page = open_page({"trip": TripCalculator(km=30, people=1)}, language="sv")
    page.get_by_label("Kilometer, enkel väg").fill("30,5")
    expect(page.get_by_text("1\xa0830 kronor i resekostnader")).to_be_visible()


def test_the_calculator_is_accessible_and_fits_a_narrow_screen(
    open_page: Open, assert_accessible: Callable[[Page], None]
) -> None:
    page = open_page({"trip": TripCalculator()}, viewport={"width": 320, "height": 640})
    page.get_by_label("Meetings each month").fill("x")
    assert_accessible(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
