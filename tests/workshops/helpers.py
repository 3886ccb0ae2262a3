"""Those who help in a running workshop, over HTTP."""

from typing import Any

import httpx

from motesklar.store.models import Person, Role
from tests.workshops.hall import Attendee, RunningHall, newcomer


def colleague(hall: RunningHall, name: str, part: str, role: Role = Role.LEARNER) -> Attendee:
    """Somebody to whom the leader has given a part, by the form."""
    who = newcomer(hall.course, name, role)
    answer = give_part(hall, address_of(hall, who), part)
    assert answer.status_code == 303, answer.text
    return who


def address_of(hall: RunningHall, who: Attendee) -> str:
    """Give somebody an address."""
    address = f"{who.person_id}@exempelstad.example"
    with hall.course.database().transaction() as session:
        session.get_one(Person, who.person_id).email = address
    return address


def give_part(hall: RunningHall, email: str, part: str) -> httpx.Response:
    fields = {"email": email, "part": part}
    return hall.leader.client.post(f"/workshops/{hall.id}/parts", data=fields)


def ask(who: Attendee, topic: str, words: str = "") -> httpx.Response:
    return who.client.post("/api/hand", json={"raised": True, "topic": topic, "words": words})


def line_of(hall: RunningHall, who: Attendee) -> list[dict[str, Any]]:
    """Everybody in line, as a helper's page is told."""
    answer = who.client.get(f"/api/workshops/{hall.id}/help")
    assert answer.status_code == 200, answer.text
    return [one | {"topic": g["topic"]} for g in answer.json()["groups"] for one in g["asked"]]


def do(hall: RunningHall, who: Attendee, what: str, **body: str) -> httpx.Response:
    """What a helper's page sends."""
    return who.client.post(f"/api/workshops/{hall.id}/help/{what}", json=body)


def write(hall: RunningHall, who: Attendee, kind: str, words: str) -> httpx.Response:
    body = {"kind": kind, "words": words}
    return who.client.post(f"/api/workshops/{hall.id}/words", json=body)
