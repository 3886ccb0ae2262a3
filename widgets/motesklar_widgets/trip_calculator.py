"""What a trip costs each year, calculated in the page's kernel."""

import math
from typing import Any

from traitlets import Dict, Float, Unicode, observe

from motesklar_widgets.base import CourseWidget

_WAYS = 2  # there and back


class TripCalculator(CourseWidget):
    """Hours, kronor and carbon dioxide that a regular trip by car costs each year.

    Args:
        km: kilometres one way, as first shown.
        people: how many travel, as first shown.
        trips: trips each year, as first shown.
        km_per_hour: mean speed with stops; 60 is an assumption for country roads and towns.
        kronor_per_km: what a kilometre costs the employer. 2.50 is the tax-free allowance for
            one's own car, 25 kronor for 10 km (Skatteverket, from 2023 on).
        kg_co2_per_km: 0.133 is the mean of all passenger cars in Swedish traffic in 2022 (132.6
            g/km as certified by NEDC; Statistics Sweden through Miljöbarometern).
        people_per_car: 1 is an assumption: each goes from a place of their own.
    """

    _module_name = Unicode("trip_calculator").tag(sync=True)
    km = Float().tag(sync=True)
    people = Float().tag(sync=True)
    trips = Float().tag(sync=True)
    #: The sums, with the numbers they were made of, so that the browser never shows old ones.
    result = Dict().tag(sync=True)

    def __init__(
        self,
        *,
        km: float = 40,
        people: float = 4,
        trips: float = 10,
        km_per_hour: float = 60,
        kronor_per_km: float = 2.5,
        kg_co2_per_km: float = 0.133,
        people_per_car: float = 1,
    ) -> None:
        self.km_per_hour = km_per_hour
        self.kronor_per_km = kronor_per_km
        self.kg_co2_per_km = kg_co2_per_km
        self.people_per_car = people_per_car
        super().__init__(km=km, people=people, trips=trips)
        self.result = self._sums()

    @observe("km", "people", "trips")
    def _calculate(self, _change: Any) -> None:
        self.result = self._sums()

    def _sums(self) -> dict[str, float]:
        km = self.km * _WAYS * self.trips
        cars = math.ceil(self.people / self.people_per_car)
        return {
            "km": self.km,
            "people": self.people,
            "trips": self.trips,
            "hours": km / self.km_per_hour * self.people,
            "kronor": km * cars * self.kronor_per_km,
            "kg_co2": km * cars * self.kg_co2_per_km,
        }
