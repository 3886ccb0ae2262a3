"""A workshop in the running course, seen from both sides over HTTP."""

import json
import re
import uuid
from dataclasses import dataclass, field

import httpx

from motesklar.store.models import Role
from tests.conftest import RunningCourse

MODULE = "02-test-your-equipment"


@dataclass
class Attendee:
    """Somebody signed in."""

    person_id: str
    client: httpx.Client

    def raise_hand(self, *, raised: bool = True) -> httpx.Response:
        return self.client.post("/api/hand", json={"raised": raised})

    def do(self, kind: str, step: str, module: str = MODULE) -> None:
        """Record a fact as a page does."""
        fact = {"id": uuid.uuid4().hex, "module": module, "step": step, "kind": kind}
        answer = self.client.post("/api/facts", json=fact)
        assert answer.status_code == 200, answer.text


@dataclass
class RunningHall:
    """A workshop with its leader.

    Args:
        id: the workshop's.
        code: six characters.
        steps: ids of the module's steps.
    """

    course: RunningCourse
    leader: Attendee
    id: str
    code: str
    steps: list[str] = field(default_factory=list)

    def join(self, name: str, department: str = "Kultur och fritid") -> Attendee:
        """A new person joins."""
        attendee = newcomer(self.course, name, department=department)
        answer = attendee.client.post(f"/w/{self.code}")
        assert answer.status_code == 303, answer.text
        return attendee

    @property
    def live_address(self) -> str:
        return f"{self.course.url.replace('http', 'ws', 1)}/api/workshops/{self.id}/live"


def newcomer(
    course: RunningCourse, name: str, role: Role = Role.LEARNER, department: str = ""
) -> Attendee:
    """A new person, signed in."""
    person_id = course.person(name, role, department)
    return Attendee(person_id, course.client(person_id))


def open_hall(course: RunningCourse, title: str = "Tisdag i Folkets hus") -> RunningHall:
    """A new leader makes a workshop with the form."""
    leader = newcomer(course, "Lena Ledare", Role.LEADER)
    answer = leader.client.post("/workshops", data={"title": title, "what": MODULE})
    assert answer.status_code == 303, answer.text
    workshop = answer.headers["location"].rsplit("/", 1)[1]
    page = leader.client.get(f"/workshops/{workshop}").text
    shown = re.search(r'class="join-card__code">([^<]+)<', page)
    assert shown, page
    return RunningHall(course, leader, workshop, shown[1].replace(" ", ""), _steps(course))


def _steps(course: RunningCourse) -> list[str]:
    """Step ids, as they stand in the notebook that learners get."""
    released = course.data.nbgrader_root / "release" / MODULE / "lesson.ipynb"
    cells = json.loads(released.read_text(encoding="utf-8"))["cells"]
    about = (cell["metadata"].get("motesklar", {}) for cell in cells)
    return [one["step"] for one in about if "step" in one]
