"""What authors can write in a notebook, and what they are told when it is wrong."""

import json
from pathlib import Path

import pytest

import motesklar_widgets
from motesklar.call.partner.tasks import Task
from motesklar_widgets import CallEvidence, ChooseOne, CourseWidget, PutInOrder
from motesklar_widgets.exercises import CALL_TASKS

STATIC = Path(motesklar_widgets.__file__).parent / "static"
LETTERS = {letter: letter.upper() for letter in "abcdef"}

WIDGETS = [
    value
    for name in motesklar_widgets.__all__
    if isinstance(value := getattr(motesklar_widgets, name), type) and value is not CourseWidget
]


@pytest.mark.parametrize("widget", WIDGETS, ids=lambda widget: widget.__name__)
def test_each_widget_has_its_script(widget: type[CourseWidget]) -> None:
    script = STATIC / f"{widget._module_name.default_value}.js"
    assert "export default { render" in script.read_text(encoding="utf-8")


def test_the_keys_keep_their_order_on_the_way_to_the_browser() -> None:
    widget = ChooseOne("an-exercise", question="Which?", options={"2": "b", "10": "c", "1": "a"})
    state = json.loads(json.dumps(widget.get_state("choices")))
    assert state["choices"] == [["2", "b"], ["10", "c"], ["1", "a"]]


def test_items_are_mixed_alike_for_everybody() -> None:
    first = PutInOrder("an-order", question="Order?", items=LETTERS)
    second = PutInOrder("an-order", question="Order?", items=LETTERS)
    assert first.items == second.items
    assert sorted(first.items) == sorted([key, text] for key, text in LETTERS.items())


@pytest.mark.parametrize("number", range(40))
def test_the_given_order_is_never_shown(number: int) -> None:
    items = {"a": "A", "b": "B"}
    widget = PutInOrder(f"order-{number}", question="Order?", items=items)
    assert widget.items == [["b", "B"], ["a", "A"]]


def test_the_given_order_never_leaves_python() -> None:
    widget = PutInOrder("an-order", question="Order?", items=LETTERS)
    assert json.dumps([[k, v] for k, v in LETTERS.items()]) not in json.dumps(widget.get_state())


@pytest.mark.parametrize("exercise", ["", "First", "first_meeting", "1st", "a--b", "a b"])
def test_an_exercise_id_must_be_a_grade_id_and_a_python_name(exercise: str) -> None:
    with pytest.raises(ValueError, match="is no exercise id"):
        CallEvidence(exercise, question="Well?")


def test_an_exercise_about_the_call_names_a_task_that_the_call_has() -> None:
    assert CallEvidence("a-task", question="Muted?", task="mute").task == "mute"
    with pytest.raises(ValueError, match="is no task of the call"):
        CallEvidence("a-task", question="Well?", task="dance")
    assert set(CALL_TASKS) == set(Task)


def test_an_exercise_needs_a_question_and_something_to_choose_from() -> None:
    with pytest.raises(ValueError, match="there is no question"):
        ChooseOne("an-exercise", question=" ", options=LETTERS)
    with pytest.raises(ValueError, match="at least two"):
        ChooseOne("an-exercise", question="Which?", options={"a": "A"})
