"""What lessons are told about the organisation, in each language. Pure."""

import json
from typing import Any

from motesklar.config import Settings
from motesklar.service.profile import BUTTONS, ServiceProfile, said
from motesklar_widgets.course_facts import fill_words


def words_of(settings: Settings, profile: ServiceProfile, language: str) -> dict[str, str]:
    """What stands for each placeholder that a lesson may hold, such as `button.hand`."""
    words = {
        "service.name": said(profile.name, language),
        "service.address": settings.service.address,
        "organisation.name": settings.organisation.name,
        "help.phone": settings.help.phone,
        "help.email": settings.help.email,
    }
    return words | {f"button.{key}": said(profile.buttons[key].name, language) for key in BUTTONS}


def facts_text(settings: Settings, profile: ServiceProfile, language: str) -> str:
    """JSON of what widgets read with `course_facts()`."""
    words = words_of(settings, profile, language)
    service = settings.service
    travel = settings.travel.model_dump()
    told: dict[str, Any] = {
        "words": words,
        "travel": travel | {"sources": said(settings.travel.sources or {"": ""}, language)},
        "service": {
            "name": said(profile.name, language),
            "address": service.address,
            "open_meeting": service.open_meeting,
            "guests": service.guests,
            "dial_in": profile.dial_in,
            "opening": [fill_words(said(step, language), words) for step in profile.opening],
            "buttons": [
                [
                    key,
                    said(profile.buttons[key].name, language),
                    said(profile.buttons[key].place, language),
                ]
                for key in BUTTONS
            ],
        },
    }
    return json.dumps(told, ensure_ascii=False, sort_keys=True)
