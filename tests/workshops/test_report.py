"""What a workshop's numbers say; pure."""

from datetime import datetime, timedelta

from motesklar.workshops.after.report import (
    ItemTime,
    Run,
    StepQuestions,
    Totals,
    graded,
    item_times,
    steps_asked_at,
)
from motesklar.workshops.sheet.sheet import SheetItem

NINE = datetime(2026, 12, 1, 9, 0)


def at(minutes: float) -> datetime:
    return NINE + timedelta(minutes=minutes)


def test_an_item_that_was_gone_back_to_has_the_sum_of_its_times() -> None:
    items = [
        SheetItem(minutes=minutes, title=title)
        for minutes, title in ((10, "Hej"), (10, "Testa"), (5, "Slut"))
    ]
    runs = [
        Run(0, at(0), at(8)),
        Run(1, at(8), at(20)),
        Run(0, at(20), at(21)),
        Run(1, at(21), at(25)),
        Run(7, at(25), at(30)),
    ]
    assert item_times(items, runs, [at(9), at(22), at(99)]) == [
        ItemTime(title="Hej", planned=10, real=9.0, questions=0),
        ItemTime(title="Testa", planned=10, real=16.0, questions=2),
        ItemTime(title="Slut", planned=5, real=None, questions=0),
    ]


def test_an_item_is_slow_when_it_took_more_than_half_as_long_again() -> None:
    totals = Totals(
        items=[
            ItemTime(title="just", planned=10, real=15.0),
            ItemTime(title="slow", planned=10, real=15.1),
            ItemTime(title="never", planned=10),
            ItemTime(title="unplanned", planned=0, real=9.0),
        ]
    )
    assert [item.title for item in totals.slow] == ["slow"]


def test_a_question_belongs_to_the_step_where_its_asker_was() -> None:
    seen = [
        ("ada", at(1), "01", "look"),
        ("ada", at(5), "01", "listen"),
        ("bo", at(2), "01", "look"),
    ]
    asked = [("ada", at(3)), ("ada", at(6)), ("bo", at(9)), ("eva", at(9)), ("bo", at(1))]
    found = steps_asked_at(asked, seen)
    assert found == [
        StepQuestions(module="01", step="look", questions=2),
        StepQuestions(module="01", step="listen", questions=1),
    ]
    assert [one.step for one in Totals(asked_at=found).hard] == ["look"]


def test_the_totals_survive_being_kept_as_json() -> None:
    totals = Totals(came=3, began_at=NINE, useful=graded([4, 4, 1]), questions={"sound": 2})
    assert Totals.model_validate(totals.model_dump(mode="json")) == totals
    assert (totals.useful, totals.answers) == ([1, 0, 0, 2], 3)
