"""What a reviewer sees of one person: facts only, and no more of them than a reviewer needs."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from motesklar.course import Course, Module
from motesklar.review.completion import State
from motesklar.review.deciding import Deciding
from motesklar.review.decisions import Made, Stand
from motesklar.store.models import Attempt, Participant, Person, Workshop
from motesklar.store.review_tables import CompletionRow


@dataclass(frozen=True)
class ModuleFile:
    """One module of one person.

    Args:
        at: since when it stands so, UTC.
        version: of what was handed in; empty where nobody knows.
        is_old: it is not the version that the course has now.
        made: the decision that holds; None where none does.
        written: ids of the answers that a person reads.
    """

    module: Module
    stand: Stand
    at: datetime | None
    version: str
    is_old: bool
    made: Made | None
    written: tuple[str, ...]


@dataclass(frozen=True)
class WorkshopFact:
    """A workshop that the person took part in, and when."""

    title: str
    at: datetime


@dataclass(frozen=True)
class PersonFile:
    """One person.

    Args:
        history: every decision, the newest first.
    """

    person: Person
    modules: list[ModuleFile]
    history: list[Made]
    workshops: list[WorkshopFact]

    @property
    def done(self) -> int:
        """How many modules are done."""
        return sum(one.stand.state is State.DONE for one in self.modules)


class PersonFiles:
    """Reads them, within each reviewer's sight."""

    def __init__(self, deciding: Deciding, course: Callable[[], Course]) -> None:
        self.deciding = deciding
        self.course = course

    def open(self, actor_id: str, person_id: str) -> PersonFile:
        """A person's file; that it was opened is noted.

        Raises:
            UnknownPerson: there is nobody, or it is not for this reviewer.
        """
        person = self.deciding.person(actor_id, person_id)
        history = self.deciding.history(person_id)
        modules = self._modules(person_id, history)
        workshops = self._workshops(person_id)
        self.deciding.note_view(actor_id, "person viewed", person_id)
        return PersonFile(person, modules, history, workshops)

    def _modules(self, person_id: str, history: list[Made]) -> list[ModuleFile]:
        stands = self.deciding.stands(person_id)
        with self.deciding.database.transaction() as session:
            rows = {
                row.module: row
                for row in session.scalars(
                    select(CompletionRow).where(CompletionRow.person_id == person_id)
                )
            }
            answers = {
                attempt.module: attempt.answers
                for attempt in session.scalars(
                    select(Attempt).where(Attempt.person_id == person_id, Attempt.promoted)
                )
            }
        last: dict[str, Made] = {}
        for made in history:
            last.setdefault(made.module, made)
        found = []
        for module in self.course().modules:
            row, stand = rows.get(module.name), stands[module.name]
            version = row.version if row else ""
            found.append(
                ModuleFile(
                    module=module,
                    stand=stand,
                    at=row.at if row else None,
                    version=version,
                    is_old=bool(version) and version != module.version,
                    made=last[module.name] if stand.decided else None,
                    written=tuple(
                        one.id
                        for one in module.exercises
                        if one.manual and one.id in answers.get(module.name, {})
                    ),
                )
            )
        return found

    def _workshops(self, person_id: str) -> list[WorkshopFact]:
        at = func.coalesce(Workshop.starts_at, Workshop.created_at)
        query = (
            select(Workshop.title, at)
            .join(Participant, Participant.workshop_id == Workshop.id)
            .where(Participant.person_id == person_id)
            .order_by(at.desc())
        )
        with self.deciding.database.transaction() as session:
            return [WorkshopFact(title, when) for title, when in session.execute(query)]
