"""Where the lines, bars and words of a plot stand. Pure: numbers in, places in a drawing out."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from motesklar.adoption.goal import Point

WIDTH, HEIGHT = 640, 300
_LEFT, _RIGHT, _TOP, _BOTTOM = 44, 96, 20, 40
#: Room that the goal's words take, and what keeps them clear of the lines and their dots.
_WORDS_WIDE, _WORDS_HIGH, _CLEAR = 110, 14, 6


@dataclass(frozen=True)
class Dot:
    """A value in the drawing."""

    x: float
    y: float
    value: int


@dataclass(frozen=True)
class Tick:
    """A place on an axis, with its words."""

    at: float
    words: str


@dataclass(frozen=True)
class Label:
    """Where words begin or end, on their baseline.

    Args:
        anchor: `start` or `end`, as SVG has it.
    """

    x: float
    y: float
    anchor: str


@dataclass(frozen=True)
class TrendChart:
    """Accounts over time.

    Args:
        goal: the height of the goal's line.
        label_goal: the goal's words, clear of the lines where that is possible.
        label_registered, label_active: heights at which the lines' names stand apart.
    """

    registered: tuple[Dot, ...]
    active: tuple[Dot, ...]
    goal: float
    days: tuple[Tick, ...]
    numbers: tuple[Tick, ...]
    label_goal: Label
    label_registered: float
    label_active: float
    left: float = _LEFT
    right: float = WIDTH - _RIGHT
    bottom: float = HEIGHT - _BOTTOM


def trend_chart(
    points: Sequence[Point], goal: int, day_words: Callable[[date], str]
) -> TrendChart | None:
    """The plot of at least one point; None without any."""
    if not points:
        return None
    top = max(goal, *(max(one.registered, one.active) for one in points), 1)
    step = _step(top)
    top = math.ceil(top / step) * step
    first, last = points[0].day.toordinal(), points[-1].day.toordinal()
    right, bottom = WIDTH - _RIGHT, HEIGHT - _BOTTOM

    def x(day: date) -> float:
        share = (day.toordinal() - first) / (last - first) if last > first else 0.5
        return round(_LEFT + share * (right - _LEFT), 1)

    def y(value: float) -> float:
        return round(bottom - value / top * (bottom - _TOP), 1)

    registered = tuple(Dot(x(p.day), y(p.registered), p.registered) for p in points)
    active = tuple(Dot(x(p.day), y(p.active), p.active) for p in points)
    high, low = _apart(registered[-1].y, active[-1].y)
    ends = [points[0].day] if last == first else [points[0].day, points[-1].day]
    return TrendChart(
        registered,
        active,
        y(goal),
        tuple(Tick(x(day), day_words(day)) for day in ends),
        tuple(Tick(y(value), str(value)) for value in range(0, top + 1, step)),
        _goal_label(y(goal), registered, active),
        high,
        low,
    )


def path(dots: Sequence[Dot]) -> str:
    """The line through them, as SVG draws it."""
    return " ".join(f"{'L' if number else 'M'}{dot.x} {dot.y}" for number, dot in enumerate(dots))


def _step(top: int) -> int:
    """Round numbers, four to eight of them."""
    for step in (1, 2, 5, 10, 20, 25, 50, 100, 200, 250, 500, 1000, 2000, 2500, 5000):
        if top / step <= 6:
            return step
    return 10_000


def _goal_label(goal: float, *lines: Sequence[Dot]) -> Label:
    """At one end of the goal's line, above or below it: where the lines are farthest."""
    left, right = _LEFT + 4, WIDTH - _RIGHT - 4
    places = [
        Label(x, y, anchor)
        for y in (goal - 6, goal + _WORDS_HIGH + 4)
        for x, anchor in ((left, "start"), (right, "end"))
    ]
    # the first of those that are clear, so that the words move as little as possible
    return max(places, key=lambda one: min(_distance(one, lines), _CLEAR))


def _distance(label: Label, lines: Sequence[Sequence[Dot]]) -> float:
    """From the words' box to the nearest line, straight up or down; 0 where one goes through."""
    first = label.x if label.anchor == "start" else label.x - _WORDS_WIDE
    middle = label.y - _WORDS_HIGH / 2
    steps = [first + _WORDS_WIDE * step / 8 for step in range(9)]
    heights = [y for line in lines for x in steps if (y := _height(line, x)) is not None]
    nearest = min((abs(y - middle) for y in heights), default=float(HEIGHT))
    return max(0.0, nearest - _WORDS_HIGH / 2)


def _height(line: Sequence[Dot], x: float) -> float | None:
    """Of the line at `x`; None where it isn't."""
    for before, after in pairwise(line):
        if before.x <= x <= after.x and before.x < after.x:
            return before.y + (after.y - before.y) * (x - before.x) / (after.x - before.x)
    return None


def _apart(upper: float, lower: float) -> tuple[float, float]:
    """Two words that are written over each other can't be read."""
    least = 24
    if lower - upper >= least:
        return upper, lower
    middle = (upper + lower) / 2
    return middle - least / 2, middle + least / 2
