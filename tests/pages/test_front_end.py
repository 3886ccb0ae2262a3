"""Every kind of widget on a module page, in real Chromium, with real kernels."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.pages.conftest import OpenModule

pytestmark = pytest.mark.browser

AXE = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


def without_kernel(page: Page) -> None:
    """The server says nothing to the page."""
    page.route_web_socket("**/kernel?*", lambda socket: None)


def test_an_anywidget_is_shown_without_a_kernel_and_counts_with_one(
    open_module: OpenModule,
) -> None:
    page = open_module("10-anywidgets")
    button = page.get_by_role("button", name="count")
    expect(button).to_have_text("count 0")
    button.click()
    expect(page.get_by_text("double 2")).to_be_visible()
    assert page.evaluate("document.body.dataset.initialized") == "1"
    assert page.locator("output").first.evaluate("e => getComputedStyle(e).fontStyle") == "italic"


def test_what_the_kernel_makes_of_a_value_is_what_stands_there(open_module: OpenModule) -> None:
    page = open_module("10-anywidgets")
    button = page.get_by_role("button", name="count")
    for _ in range(8):
        button.click()
    expect(page.get_by_text("double 10")).to_be_visible()
    expect(button).to_have_text("count 5")


def test_custom_messages_and_buffers_travel_both_ways(open_module: OpenModule) -> None:
    page = open_module("10-anywidgets")
    page.get_by_role("button", name="send").click()
    expect(page.get_by_text("heard 3,2,1")).to_be_visible()


def test_binary_values_travel_both_ways(open_module: OpenModule) -> None:
    page = open_module("10-anywidgets")
    page.get_by_role("button", name="set").click()
    expect(page.get_by_text("data 5,4")).to_be_visible()


def test_a_function_of_the_python_half_is_called_from_the_browser(open_module: OpenModule) -> None:
    page = open_module("10-anywidgets")
    page.get_by_role("button", name="invoke").click()
    expect(page.get_by_text("sum 5 9,9")).to_be_visible()


def test_a_widget_that_the_kernel_makes_later_can_be_found(open_module: OpenModule) -> None:
    page = open_module("10-anywidgets")
    page.get_by_role("button", name="make").click()
    expect(page.get_by_text("made 5")).to_be_visible()


def test_a_third_partys_widget_shows_its_binary_data(open_module: OpenModule) -> None:
    page = open_module("11-third-party")
    expect(page.get_by_text("64 bytes · 8 × 8 bytes")).to_be_visible()
    page.locator("input[data-role=width]").fill("16")
    expect(page.get_by_text("64 bytes · 16 × 4 bytes")).to_be_visible()


def test_standard_widgets_are_linked_in_the_browser_without_a_kernel(
    open_module: OpenModule,
) -> None:
    page = open_module("12-standard", setup=without_kernel)
    slider = page.get_by_role("slider", name="Antal")
    slider.press("ArrowRight")
    expect(page.locator("div.widget-label").first).to_have_text("4")
    expect(slider).to_have_attribute("aria-valuenow", "4.0")


def test_an_observer_in_python_answers_a_slider(open_module: OpenModule) -> None:
    page = open_module("12-standard")
    slider = page.get_by_role("slider", name="Personer")
    for _ in range(3):
        slider.press("ArrowRight")
    expect(page.get_by_text("5 personer")).to_be_visible()


def test_every_press_of_a_button_reaches_python(open_module: OpenModule) -> None:
    page = open_module("12-standard")
    button = page.get_by_role("button", name="Tryck här")
    for _ in range(4):
        button.click()
    expect(page.get_by_text("4 tryck")).to_be_visible()


def test_lists_and_text_fields_are_labelled_and_calculate(open_module: OpenModule) -> None:
    page = open_module("12-standard")
    page.get_by_label("Namn").fill("Åsa")
    page.get_by_label("Färdsätt").select_option("bil")
    expect(page.get_by_text("Åsa tar bil")).to_be_visible()
    expect(page.get_by_role("radiogroup", name="Följer med")).to_be_visible()


def test_an_anywidget_works_inside_a_standard_box(open_module: OpenModule) -> None:
    page = open_module("12-standard")
    box = page.locator(".widget-vbox", has_text="Räknaren:").last
    box.get_by_role("button", name="count").click()
    expect(box.get_by_text("double 2")).to_be_visible()
    assert box.evaluate("e => e.style.width") == "20rem"


def test_html_in_an_output_runs_no_script(open_module: OpenModule) -> None:
    page = open_module("12-standard")
    page.get_by_role("button", name="Visa tabell").click()
    table = page.locator(".widget-output table")
    expect(table).to_have_text("42")
    assert table.get_attribute("onclick") is None
    assert page.locator(".widget-output script").count() == 0


def test_an_error_in_python_is_told_in_plain_words(open_module: OpenModule) -> None:
    page = open_module("12-standard")
    page.get_by_role("button", name="Gör fel").click()
    output = page.locator(".widget-output")
    expect(output).to_contain_text("Det här gick inte att räkna ut.")
    expect(output).not_to_contain_text("ZeroDivisionError")


def test_interact_draws_a_new_picture_for_each_value(open_module: OpenModule) -> None:
    page = open_module("13-interact")
    picture = page.locator(".widget-output img")
    expect(picture).to_be_visible()
    expect(page.locator(".widget-output pre")).to_have_text("2 prickar\n")
    before = picture.get_attribute("src")
    page.get_by_role("slider", name="Prickar").press("ArrowRight")
    expect(page.locator(".widget-output pre")).to_have_text("3 prickar\n")
    expect(picture).to_have_count(1)
    assert picture.get_attribute("src") != before


def test_a_chart_is_drawn_and_described(open_module: OpenModule) -> None:
    page = open_module("14-chart")
    chart = page.get_by_role("img", name="Tåget kostar 200 kronor, bilen 850.")
    expect(chart.locator("svg path").first).to_be_attached()


def test_a_picture_of_bytes_is_shown(open_module: OpenModule) -> None:
    page = open_module("15-picture")
    picture = page.locator("img.widget-image")
    page.wait_for_function("element => element.naturalWidth === 1", arg=picture.element_handle())


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_standard_widgets_are_accessible_and_fit_a_telephone(
    open_module: OpenModule, scheme: str
) -> None:
    page = open_module("12-standard")
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    page.set_viewport_size({"width": 320, "height": 800})
    page.get_by_role("slider", name="Personer").press("ArrowRight")
    expect(page.get_by_text("3 personer")).to_be_visible()
    page.get_by_role("button", name="Gör fel").click()
    expect(page.locator(".widget-output")).to_contain_text("Det här gick inte")
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    assert axe_findings(page) == []


def test_a_chart_is_accessible_in_the_dark(open_module: OpenModule) -> None:
    page = open_module("14-chart")
    bar = page.locator("svg text").first
    light = bar.get_attribute("fill")
    page.emulate_media(color_scheme="dark")
    expect(page.locator("svg text").first).not_to_have_attribute("fill", light or "")
    assert axe_findings(page) == []


def axe_findings(page: Page) -> list[str]:
    """What axe-core finds in the steps, the third party's own widget aside."""
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate(
        """rules => axe.run({ include: ["main"], exclude: ["[data-third-party]"] },
             { runOnly: rules }).then(({ violations }) => violations)""",
        RULES,
    )
    return [f"{one['id']}: {[node['html'] for node in one['nodes']]}" for one in found]
