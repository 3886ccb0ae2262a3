"""Who is told of, when the goal is reached, what a trip may be."""

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from motesklar.adoption.charts import path, trend_chart
from motesklar.adoption.fewest import FEWEST, told_accounts, told_groups
from motesklar.adoption.funnel import Funnel, Stage
from motesklar.adoption.goal import GoalView, Point
from motesklar.adoption.tables import Table, as_workbook
from motesklar.adoption.travel import BadTrip, Trip, read_trip, saved_of

TODAY = date(2026, 11, 24)
FIGURES = {
    "people_per_car": 2, "km_per_hour": 50, "kronor_per_hour": 400, "kronor_per_km": 3,
    "kg_co2_per_km": 0.1,
}  # fmt: skip
FORM = {"month": "2026-11-01", "from": "", "to": "", "km": "50", "meetings": "2", "people": "3"}
ROADS = {"A": {"A": 0.0, "B": 30.0}, "B": {"A": 30.0, "B": 0.0}}


@given(st.dictionaries(st.text(max_size=3), st.integers(0, 30), max_size=8), st.integers(0, 9))
def test_no_number_and_no_subtraction_is_about_fewer_than_five(
    sizes: dict[str, int], others: int
) -> None:
    whole = sum(sizes.values()) + others
    told = told_groups(sizes, whole)
    assert all(sizes[name] >= FEWEST for name in told)
    rest = whole - sum(sizes[name] for name in told)
    assert not told or rest == 0 or rest >= FEWEST


def test_small_departments_hide_among_the_others_and_never_by_themselves() -> None:
    assert told_groups({"A": 10, "B": 20, "C": 2}, 32) == {"B"}
    assert told_groups({"A": 10, "B": 20, "C": 2, "D": 3}, 35) == {"A", "B"}
    assert told_groups({"A": 10, "C": 2}, 12) == set()


def test_the_used_accounts_of_a_department_are_told_by_its_accounts_not_its_people() -> None:
    used = {"A": [True] * 6, "B": [True] * 3, "C": [False] * 7, "D": [True] * 5}
    people = {"A": 50, "B": 50, "C": 50, "D": 4, "E": 50}
    told = told_accounts(used, people, 21)
    assert told == {"A": (6, 6), "C": (7, 0), "E": (0, 0)}


def view(*registered: int, every: int = 30, goal: int = 50) -> GoalView:
    """The goal with a list each month, the last of today."""
    count = len(registered)
    points = tuple(
        Point(TODAY - timedelta(days=every * (count - 1 - i)), number, number // 2)
        for i, number in enumerate(registered)
    )
    return GoalView(goal, points, 7, TODAY)


def test_the_goal_is_foretold_by_a_steady_pace() -> None:
    assert view(30, 33, 36).reached_by == TODAY + timedelta(days=140)


@pytest.mark.parametrize(
    "goal",
    [
        view(),
        view(30, 36),
        view(30, 33, 36, every=5),
        view(36, 36, 36),
        view(30, 40, 36),
        view(35, 35, 36),
        view(30, 40, 50),
        GoalView(50, view(30, 33, 36).points, 0, TODAY + timedelta(days=90)),
    ],
)
def test_nothing_is_foretold_without_grounds(goal: GoalView) -> None:
    assert goal.reached_by is None


def test_without_a_list_the_goal_counts_what_people_have_said() -> None:
    assert view().registered == 7
    assert view().missing == 43


def test_the_steepest_fall_is_found() -> None:
    counts = {Stage.INVITED: 100, Stage.TESTED: 80, Stage.CALLED: 20, Stage.ACCOUNT: 30}
    assert Funnel(counts).steepest is Stage.CALLED
    assert Funnel(counts).share(Stage.ACCOUNT) == 0.3
    assert Funnel(dict.fromkeys(counts, 5)).steepest is None


def test_the_plot_holds_every_point_and_the_goal_within_it() -> None:
    chart = trend_chart(view(30, 60, 90).points, 50, str)
    assert chart
    assert len(chart.registered) == len(chart.active) == 3
    assert all(chart.left <= dot.x <= chart.right for dot in chart.registered)
    assert all(0 <= dot.y <= chart.bottom for dot in (*chart.registered, *chart.active))
    assert 0 < chart.goal < chart.bottom
    assert path(chart.registered).startswith("M")
    assert trend_chart((), 50, str) is None
    assert trend_chart(view(3).points, 50, str)


@pytest.mark.parametrize(
    ("registered", "anchor"),
    [((30, 33, 36), "start"), ((60, 75, 90), "end"), ((50, 50, 50), "start")],
)
def test_the_goals_words_keep_clear_of_the_lines(registered: tuple[int, ...], anchor: str) -> None:
    chart = trend_chart(view(*registered).points, 50, str)
    assert chart
    assert chart.label_goal.anchor == anchor
    middle = chart.label_goal.y - 7
    nearest = chart.registered[0 if anchor == "start" else -1].y
    assert abs(nearest - middle) > 7


def test_a_trip_by_kilometres_or_by_places() -> None:
    assert read_trip(FORM, ROADS, TODAY) == Trip(date(2026, 11, 1), 50, 2, 3)
    by_places = FORM | {"km": "", "from": "A", "to": "B"}
    assert read_trip(by_places, ROADS, TODAY).kilometres == 30
    assert read_trip(FORM | {"km": "1 200,5"}, ROADS, TODAY).kilometres == 1200.5


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"month": "2027-01-01"}, "month"),
        ({"month": "2025-10-01"}, "month"),
        ({"km": "0"}, "km"),
        ({"km": "-5"}, "km"),
        ({"km": "1e9"}, "km"),
        ({"km": "nan"}, "km"),
        ({"km": "99999"}, "km"),
        ({"km": ""}, "km"),
        ({"km": "", "from": "A", "to": "A"}, "km"),
        ({"km": "", "from": "A", "to": "Månen"}, "km"),
        ({"meetings": "0"}, "meetings"),
        ({"meetings": "1000"}, "meetings"),
        ({"people": "2,5"}, "people"),
        ({"people": "många"}, "people"),
    ],
)
def test_an_absurd_trip_is_told_beside_its_field(change: dict[str, Any], field: str) -> None:
    with pytest.raises(BadTrip) as caught:
        read_trip(FORM | change, ROADS, TODAY)
    assert set(caught.value.problems) == {field}


def test_the_sums_follow_the_calculator_of_the_lesson_and_wait_for_five_people() -> None:
    trip = Trip(date(2026, 11, 1), 25, 2, 3)
    told = [(f"p-{number}", trip) for number in range(5)]
    assert saved_of(told[:4] * 3, FIGURES) is None
    saved = saved_of(told, FIGURES)
    assert saved
    assert saved.hours == pytest.approx(5 * 25 * 2 * 2 / 50 * 3)
    assert saved.kronor == pytest.approx(saved.hours * 400 + 5 * 25 * 2 * 2 * 2 * 3)
    assert saved.kg_co2 == pytest.approx(5 * 25 * 2 * 2 * 2 * 0.1)


def test_no_cell_of_the_workbook_is_a_formula() -> None:
    from io import BytesIO

    from openpyxl import load_workbook

    table = Table("departments", "Titel", ("A", "B"), (("=1+1", 3), ("Vård", None)))
    sheet = load_workbook(BytesIO(as_workbook([table])))["departments"]
    assert [[cell.value for cell in row] for row in sheet.iter_rows()] == [
        ["A", "B"], ["=1+1", 3], ["Vård", None],
    ]  # fmt: skip
    assert sheet["A2"].data_type == "s"
