"""What trips by car cost: the one place of these sums, for lessons and for the organisation."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

_WAYS = 2  # there and back


def trip_sums(
    figures: Mapping[str, Any], km: float, people: float, trips: float
) -> dict[str, float]:
    """Hours, kronor and carbon dioxide of so many trips there and back.

    Args:
        figures: `[travel]` of course.toml.
        km: one way.
        people: how many travel each time.
        trips: how often.
    """
    road = km * _WAYS * trips
    cars = math.ceil(people / figures["people_per_car"])
    hours = road / figures["km_per_hour"] * people
    return {
        "hours": hours,
        "work_kronor": hours * figures["kronor_per_hour"],
        "travel_kronor": road * cars * figures["kronor_per_km"],
        "kg_co2": road * cars * figures["kg_co2_per_km"],
    }


def roads(places: Mapping[str, Sequence[float]], factor: float) -> dict[str, dict[str, float]]:
    """Kilometres by road between places, rounded as people say them."""
    return {
        start: {
            goal: float(round(math.dist(here, there) * factor)) for goal, there in places.items()
        }
        for start, here in places.items()
    }
