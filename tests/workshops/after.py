"""A workshop that has been held, for what comes after it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from motesklar.call.rooms.attendance import Attendance
from motesklar.store.facts import FactRecord
from motesklar.store.models import (
    AccountState,
    CallStay,
    MeetingAccount,
    Question,
    RosterEntry,
    SheetRun,
    Workshop,
)
from motesklar.web.sessions import SessionView
from motesklar.workshops.after.feedback import Feedback
from motesklar.workshops.after.reporting import Reports
from motesklar.workshops.after.retention import Retention
from tests.workshops.conftest import MODULE, Hall

KEEP = timedelta(days=90)


@dataclass
class Held:
    """A workshop with Ada and Bo in it; Eva was expected."""

    hall: Hall
    leader: SessionView
    ada: SessionView
    bo: SessionView
    id: str
    code: str

    @property
    def reports(self) -> Reports:
        attendance = Attendance(self.hall.database, now=self.clock)
        attended = attendance.of_workshop
        return Reports(self.hall.database, self.hall.workshops, attended, now=self.clock)

    @property
    def retention(self) -> Retention:
        return Retention(self.hall.database, self.reports, KEEP, now=self.clock)

    @property
    def feedback(self) -> Feedback:
        return Feedback(self.hall.database, self.hall.workshops, now=self.clock)

    def clock(self) -> datetime:
        return self.hall.now


def hold(hall: Hall) -> Held:
    """Hold it for half an hour: a slow test, a question, an account, a call; then end it."""
    leader, ada, bo = hall.leader(), hall.person("Ada Berg"), hall.person("Bo Ek")
    made = hall.workshops.create(leader.person_id, "Tisdag", MODULE)
    _plan(hall, made.id, ada)
    hall.wait(hours=2)
    for person in (ada, bo):
        hall.workshops.join(made.join_code, person.person_id)
    began = hall.now
    hall.fact(ada, "started", "look")
    hall.wait(minutes=5)
    hall.fact(ada, "done", "look")
    hall.facts.record(
        FactRecord(
            bo.person_id, "", "", "verdict",
            {"test": "camera", "verdict": "fail", "finding": "denied"}, hall.now,
        )
    )  # fmt: skip
    with hall.database.transaction() as session:
        for number, (item, first, last) in enumerate([(0, 0, 5), (1, 5, 30)], start=1):
            session.add(
                SheetRun(
                    workshop_id=made.id,
                    number=number,
                    item=item,
                    began_at=began + timedelta(minutes=first),
                    ended_at=began + timedelta(minutes=last),
                )
            )
        for _ in range(2):
            session.add(
                Question(
                    workshop_id=made.id,
                    person_id=ada.person_id,
                    topic="sound",
                    words="Hjälp",
                    asked_at=began + timedelta(minutes=10),
                )
            )
        session.add(
            CallStay(
                workshop_id=made.id,
                person_id=ada.person_id,
                entered_at=began,
                until=began + timedelta(minutes=7),
            )
        )
        session.add(
            MeetingAccount(person_id=bo.person_id, state=AccountState.OPENED, opened_at=hall.now)
        )
    hall.wait(minutes=25)
    hall.workshops.end(made.id, leader)
    return Held(hall, leader, ada, bo, made.id, made.join_code)


def _plan(hall: Hall, workshop_id: str, ada: SessionView) -> None:
    with hall.database.transaction() as session:
        workshop = session.get(Workshop, workshop_id)
        assert workshop
        workshop.account_goal = 5
        workshop.sheet = [
            {"minutes": 5, "title": "Välkomna", "notes": "", "kind": "talk"},
            {"minutes": 10, "title": "Testa", "notes": "", "kind": "try", "module": MODULE},
        ]
        for name, person_id in (("Ada Berg", ada.person_id), ("Eva Alm", None)):
            session.add(
                RosterEntry(
                    workshop_id=workshop_id,
                    name=name,
                    email=f"{name[:3].lower()}@b.se",
                    person_id=person_id,
                )
            )
