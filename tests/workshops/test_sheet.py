"""Run sheets: their rules and their clock, on plans made up; and the shipped models."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from motesklar.config import load_settings
from motesklar.course import Course
from motesklar.errors import ConfigError
from motesklar.exercises.library import find_sources
from motesklar.paths import shipped_modules, shipped_settings, shipped_workshops
from motesklar.workshops.sheet.edit import BadSheet, edited_sheet
from motesklar.workshops.sheet.files import BadModel, load_models, read_model, write_model
from motesklar.workshops.sheet.sheet import (
    BoardStep,
    ItemKind,
    Run,
    SheetItem,
    board_steps,
    clock,
    real_time,
)
from tests.workshops.conftest import MODULE, STEPS, make_course

NINE = datetime(2026, 11, 24, 9)
PLAN = tuple(SheetItem(minutes=minutes, title=f"{minutes} min") for minutes in (10, 30, 20))


def at(minute: float) -> datetime:
    return NINE + timedelta(minutes=minute)


def test_a_workshop_that_has_not_begun_has_no_clock() -> None:
    assert clock(PLAN, [], NINE) is None
    assert clock((), [Run(0, NINE, None)], NINE) is None


def test_whoever_goes_on_early_has_saved_time() -> None:
    told = clock(PLAN, [Run(0, at(0), at(4)), Run(1, at(4), None)], at(20))
    assert told is not None
    assert (told.planned_end, told.behind) == (at(40), timedelta(minutes=-6))
    assert told.end == at(54)


def test_an_item_that_takes_longer_makes_the_end_late_minute_by_minute() -> None:
    runs = [Run(0, at(0), at(10)), Run(1, at(10), None)]
    for minute, late in ((25, 0), (40, 0), (45, 5), (60, 20)):
        told = clock(PLAN, runs, at(minute))
        assert told is not None
        assert told.behind == timedelta(minutes=late)
        assert told.end == at(60 + late)


def test_going_back_uses_time_and_gives_none_back() -> None:
    runs = [Run(0, at(0), at(10)), Run(1, at(10), at(15)), Run(0, at(15), None)]
    told = clock(PLAN, runs, at(16))
    assert told is not None
    assert told.behind == timedelta(minutes=15)
    assert real_time(runs, 0, at(16)) == timedelta(minutes=11)
    assert real_time(runs, 2, at(16)) is None


@given(st.lists(st.integers(1, 240), min_size=1, max_size=8), st.data())
def test_the_end_is_never_before_now(lengths: list[int], data: st.DataObject) -> None:
    plan = tuple(SheetItem(minutes=length, title="x") for length in lengths)
    moves = data.draw(st.lists(st.integers(0, len(plan) - 1), min_size=1, max_size=6))
    times = sorted(data.draw(st.integers(0, 600)) for _ in range(len(moves) + 1))
    ends = [at(minute) for minute in times[1:-1]] + [None]
    runs = [
        Run(item, at(begin), end) for item, begin, end in zip(moves, times[:-1], ends, strict=True)
    ]
    told = clock(plan, runs, at(times[-1]))
    assert told is not None
    assert told.end >= at(times[-1])


def test_the_board_has_each_step_once_and_no_step_that_is_gone() -> None:
    course = make_course()
    sheet = (
        SheetItem(minutes=5, title="Välkomna"),
        SheetItem(minutes=5, title="Lyssna", module=MODULE, step="listen"),
        SheetItem(minutes=5, title="Allt", module=MODULE),
        SheetItem(minutes=5, title="Borta", module=MODULE, step="gone"),
        SheetItem(minutes=5, title="Också borta", module="99-gone"),
    )
    told = [step.step for step in board_steps(sheet, MODULE, course)]
    assert told == ["listen", "look", "speak"]
    assert board_steps((), MODULE, course) == [BoardStep(MODULE, step) for step in STEPS]


@pytest.fixture(scope="module")
def shipped() -> Course:
    names = load_settings(shipped_settings()).course.modules
    sources = find_sources(names, [shipped_modules()])
    return Course(tuple(source.module(shipped_modules(), b"") for source in sources))


def test_the_shipped_models_are_whole_in_both_languages(shipped: Course) -> None:
    models = load_models(shipped)
    assert set(models) == {path.stem for path in shipped_workshops().glob("*.toml")}
    lengths = {}
    for name, model in models.items():
        assert model.unknown_places(shipped) == []
        sheets = {language: model.sheet(language) for language in ("sv", "en")}
        for swedish, english in zip(sheets["sv"], sheets["en"], strict=True):
            assert swedish.title != english.title
            assert swedish.notes
            assert english.notes
        lengths[name] = sum(item.minutes for item in sheets["sv"])
        assert sheets["sv"][-1].kind is ItemKind.END
    assert lengths == {"half-day": 210, "one-hour": 60}


def test_an_organisations_own_model_is_beside_ours_and_may_take_ones_place(
    tmp_path: Path, shipped: Course
) -> None:
    own = tmp_path / "workshops"
    own.mkdir()
    (own / "one-hour.toml").write_text(
        'title = "Vår timme"\npeople = 8\n[[items]]\nminutes = 60\ntitle = "Allt"\n', "utf-8"
    )
    models = load_models(shipped, tmp_path)
    assert models["one-hour"].title == "Vår timme"
    assert "half-day" in models
    step = 'title = "X"\npeople = 8\n[[items]]\nminutes = 60\ntitle = "Allt"\n'
    (own / "mine.toml").write_text(f'{step}module = "02-test-your-equipment"\nstep = "nowhere"\n')
    with pytest.raises(ConfigError, match="nowhere"):
        load_models(shipped, tmp_path)


_words = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=60)


@given(
    _words,
    st.lists(st.tuples(_words, _words, st.sampled_from(ItemKind)), min_size=1, max_size=5),
)
def test_a_saved_file_is_read_as_the_same_run_sheet(
    title: str, items: list[tuple[str, str, ItemKind]]
) -> None:
    sheet = tuple(SheetItem(minutes=7, title=a, notes=b, kind=kind) for a, b, kind in items)
    model = read_model(write_model(title, 12, sheet).encode())
    assert model.title == title
    assert model.sheet("sv") == sheet


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff\xfe",
        b"title = [[[",
        b'title = "X"\npeople = 0\n[[items]]\nminutes = 5\ntitle = "A"\n',
        b'title = "X"\npeople = 5\n[[items]]\nminutes = 5000\ntitle = "A"\n',
        b'title = "X"\npeople = 5\nscript = "x"\n[[items]]\nminutes = 5\ntitle = "A"\n',
        b'title = "X"\npeople = 5\n' + b'[[items]]\nminutes = 5\ntitle = "A"\n' * 61,
        b"#" * 400_000,
    ],
)
def test_a_file_that_is_no_model_is_refused(content: bytes) -> None:
    with pytest.raises(BadModel):
        read_model(content)


def form(*items: SheetItem, **more: list[str]) -> dict[str, list[str]]:
    return {
        "minutes": [str(item.minutes) for item in items],
        "kind": [item.kind.value for item in items],
        "place": [f"{item.module}/{item.step}" for item in items],
        "title": [item.title for item in items],
        "role": [item.role for item in items],
        "notes": [item.notes for item in items],
    } | more


def test_the_form_saves_moves_adds_and_takes_away() -> None:
    first, second, third = PLAN
    assert edited_sheet(form(*PLAN)) == PLAN
    assert edited_sheet(form(*PLAN, action=["up:2"])) == (first, third, second)
    assert edited_sheet(form(*PLAN, action=["down:0"])) == (second, first, third)
    assert edited_sheet(form(*PLAN, action=["remove:1"])) == (first, third)
    assert len(edited_sheet(form(*PLAN, action=["add"]))) == 4
    placed = SheetItem(minutes=5, title="Där", module=MODULE, step="look", notes="Säg hej")
    assert edited_sheet(form(placed)) == (placed,)


@pytest.mark.parametrize(
    "wrong",
    [
        {"minutes": ["0", "1", "1"]},
        {"minutes": ["ten", "1", "1"]},
        {"minutes": ["1", "1"]},
        {"title": ["", "b", "c"]},
        {"kind": ["x", "talk", "talk"]},
        {"action": ["up:9"]},
        {"action": ["remove:x"]},
    ],
)
def test_a_form_that_does_not_hold_together_is_refused(wrong: dict[str, list[str]]) -> None:
    with pytest.raises(BadSheet):
        edited_sheet(form(*PLAN) | wrong)


def test_the_last_item_can_not_be_taken_away() -> None:
    with pytest.raises(BadSheet):
        edited_sheet(form(PLAN[0], action=["remove:0"]))
