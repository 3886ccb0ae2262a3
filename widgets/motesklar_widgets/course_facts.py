"""What lessons are told about the organisation: its meeting service and its travel.

A page's template gets it as JSON in `MOTESKLAR_COURSE`. Where there is none, as in JupyterLab or
when a hand-in is graded, placeholders stay as they are written and widgets show an example.
"""

import json
import os
import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

COURSE_VARIABLE = "MOTESKLAR_COURSE"

#: `{service.name}`, `{button.hand}`: what an author writes for the organisation's own words.
PLACEHOLDER = re.compile(r"\{([a-z]+\.[a-z_]+)\}")

#: Two places and round figures, for lessons that nobody serves.
EXAMPLE: Mapping[str, Any] = {
    "words": {},
    "travel": {
        "places": {"A": [0.0, 0.0], "B": [30.0, 20.0]},
        "road_factor": 1.3,
        "km_per_hour": 60,
        "kronor_per_km": 2.5,
        "kronor_per_hour": 300,
        "kg_co2_per_km": 0.13,
        "people_per_car": 1,
        "sources": "",
    },
    "service": {
        "name": "",
        "address": "",
        "open_meeting": "",
        "guests": True,
        "dial_in": False,
        "opening": [],
        "buttons": [],
    },
}


def course_facts() -> Mapping[str, Any]:
    """The facts of the course that serves this lesson, or the example."""
    return _read(os.environ.get(COURSE_VARIABLE, ""))


def fill_words(text: str, words: Mapping[str, str]) -> str:
    """`text` with each known placeholder replaced; unknown ones stay as they are."""
    return PLACEHOLDER.sub(lambda found: words.get(found[1], found[0]), text)


@lru_cache(maxsize=4)
def _read(told: str) -> Mapping[str, Any]:
    facts: Mapping[str, Any] = json.loads(told) if told else EXAMPLE
    return facts
