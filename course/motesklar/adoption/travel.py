"""Travel that people say they saved: what they may tell, and the sums of it. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from motesklar.adoption.fewest import FEWEST
from motesklar.errors import BadRequest
from motesklar.i18n import N_
from motesklar_widgets.trips import trip_sums

#: Treriksröset to Smygehuk is 2,100 km by road; most meetings are nearer.
KM_MAX = 2000.0
#: Two meetings each working day.
MEETINGS_MAX = 50
PEOPLE_MAX = 500
#: This month and so many before it.
MONTHS_BACK = 12


@dataclass(frozen=True)
class Trip:
    """What somebody has told.

    Args:
        month: its first day.
        kilometres: one way, by road.
        people: how many would have gone to each meeting.
    """

    month: date
    kilometres: float
    meetings: int
    people: int


@dataclass(frozen=True)
class Saved:
    """The sums of everything that was told.

    Args:
        tellers: how many people have told something.
        answers: how many times.
    """

    tellers: int
    answers: int
    meetings: int
    hours: float
    work_kronor: float
    travel_kronor: float
    kg_co2: float
    first: date
    last: date

    @property
    def kronor(self) -> float:
        """Working time and driving together."""
        return self.work_kronor + self.travel_kronor


class BadTrip(BadRequest):
    """Something in the form can't be right.

    Args:
        problems: the error of each field that has one.
    """

    def __init__(self, problems: Mapping[str, BadRequest]) -> None:
        self.problems = dict(problems)
        first = next(iter(self.problems.values()))
        super().__init__(first.message, first.next_step, **first.params)


def months(today: date) -> list[date]:
    """The months that can be told of, the latest first."""
    count = today.year * 12 + today.month - 1
    return [date(m // 12, m % 12 + 1, 1) for m in range(count, count - MONTHS_BACK - 1, -1)]


def read_trip(
    fields: Mapping[str, str], roads: Mapping[str, Mapping[str, float]], today: date
) -> Trip:
    """What the form says; kilometres that are written count before places.

    Raises:
        BadTrip: with the error of each field.
    """
    problems: dict[str, BadRequest] = {}
    month = next((one for one in months(today) if one.isoformat() == fields["month"]), None)
    if month is None:
        problems["month"] = BadRequest(
            N_("No month is chosen."), N_("Choose one of the months in the list.")
        )
    kilometres = 0.0
    try:
        kilometres = _kilometres(fields, roads)
    except BadRequest as problem:
        problems["km"] = problem
    counts = {}
    for name, most in (("meetings", MEETINGS_MAX), ("people", PEOPLE_MAX)):
        text = fields[name].strip()
        number = int(text) if text.isdecimal() and len(text) < 6 else 0
        if not 1 <= number <= most:
            problems[name] = BadRequest(
                N_("This is not a number from 1 to %(most)s."),
                N_("Write it with digits only, such as 4."),
                most=most,
            )
        counts[name] = number
    if problems or month is None:
        raise BadTrip(problems)
    return Trip(month, kilometres, counts["meetings"], counts["people"])


def saved_of(trips: Iterable[tuple[str, Trip]], figures: Mapping[str, Any]) -> Saved | None:
    """The sums of (who, what); None where fewer people than `FEWEST` have told."""
    told = list(trips)
    tellers = {person for person, _ in told}
    if len(tellers) < FEWEST:
        return None
    sums = [trip_sums(figures, one.kilometres, one.people, one.meetings) for _, one in told]
    total = {name: sum(one[name] for one in sums) for name in sums[0]}
    return Saved(
        tellers=len(tellers),
        answers=len(told),
        meetings=sum(one.meetings for _, one in told),
        first=min(one.month for _, one in told),
        last=max(one.month for _, one in told),
        **total,
    )


def _kilometres(fields: Mapping[str, str], roads: Mapping[str, Mapping[str, float]]) -> float:
    text = fields["km"].strip().replace("\u00a0", "").replace(" ", "").replace(",", ".")
    if not text:
        start, goal = fields["from"], fields["to"]
        if not start or not goal:
            raise BadRequest(
                N_("We do not know how far the trip would have been."),
                N_("Choose both places, or write the kilometres one way."),
            )
        if start == goal or start not in roads or goal not in roads[start]:
            raise BadRequest(
                N_("The trip begins and ends at the same place."),
                N_("Choose two different places, or write the kilometres one way."),
            )
        return roads[start][goal]
    digits = text.replace(".", "", 1)
    kilometres = float(text) if digits.isdecimal() and digits.isascii() and len(text) < 9 else 0.0
    if not 1 <= kilometres <= KM_MAX:
        raise BadRequest(
            N_("The kilometres are not a number from 1 to %(most)s."),
            N_("Write how far it is one way, with digits only, such as 35."),
            most=round(KM_MAX),
        )
    return kilometres
