"""What a trip costs each year, calculated in the page's kernel."""

from typing import Any

from traitlets import Dict, Float, List, Unicode, observe

from motesklar_widgets.base import CourseWidget
from motesklar_widgets.course_facts import course_facts
from motesklar_widgets.trips import roads, trip_sums

_MONTHS = 12


class TripCalculator(CourseWidget):
    """Hours, kronor and carbon dioxide that a regular trip by car costs each year.

    Places and figures are the organisation's own (`[travel]` in course.toml), with their sources.

    Args:
        km: kilometres one way, as first shown; None is the way between the first two places.
        people: how many travel, as first shown.
        meetings: meetings each month, as first shown.
    """

    _module_name = Unicode("trip_calculator").tag(sync=True)
    km = Float().tag(sync=True)
    people = Float().tag(sync=True)
    meetings = Float().tag(sync=True)
    #: `[name, kilometres east, kilometres south]` of each place on the map.
    places: List[list[Any]] = List().tag(sync=True)
    #: Kilometres by road from each place to each other one.
    roads = Dict().tag(sync=True)
    #: Where the figures come from, in the reader's language.
    sources = Unicode().tag(sync=True)
    #: The sums, with the numbers they were made of, so that the browser never shows old ones.
    result = Dict().tag(sync=True)

    def __init__(self, *, km: float | None = None, people: float = 4, meetings: float = 1) -> None:
        self.figures = course_facts()["travel"]
        places = self.figures["places"]
        ways = roads(places, self.figures["road_factor"])
        first, second = list(places)[:2]
        super().__init__(
            km=ways[first][second] if km is None else km,
            people=people,
            meetings=meetings,
            places=[[name, *position] for name, position in places.items()],
            roads=ways,
            sources=self.figures["sources"],
        )
        self.result = self._sums()

    @observe("km", "people", "meetings")
    def _calculate(self, _change: Any) -> None:
        self.result = self._sums()

    def _sums(self) -> dict[str, float]:
        asked = {"km": self.km, "people": self.people, "meetings": self.meetings}
        return asked | trip_sums(self.figures, self.km, self.people, self.meetings * _MONTHS)
