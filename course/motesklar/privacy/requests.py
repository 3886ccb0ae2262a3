"""Requests for correction or erasure: asked by the person, answered by an administrator."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select

from motesklar.accounts.people_csv import has_identity_number
from motesklar.errors import BadRequest, Conflict, NotFound
from motesklar.i18n import N_
from motesklar.store.database import Database
from motesklar.store.models import AuditEntry, Person, utcnow
from motesklar.store.privacy_tables import DataRequest

CORRECTION = "correction"
ERASURE = "erasure"
KINDS = (CORRECTION, ERASURE)
WORDS_MAX = 1000
#: Of one person at the same time: nobody needs more, and the list stays readable.
OPEN_MAX = 3
#: Article 12.3: without delay, and at the latest within a month.
ANSWER_WITHIN = timedelta(days=30)


@dataclass(frozen=True)
class Waiting:
    """A request with whom it is from.

    Args:
        until: when it has to be answered.
        late: that day has passed.
    """

    request: DataRequest
    name: str
    until: datetime
    late: bool


class DataRequests:
    """The table of requests.

    Args:
        now: the clock, UTC without a zone.
    """

    def __init__(self, database: Database, now: Callable[[], datetime] = utcnow) -> None:
        self.database = database
        self.now = now

    def ask(self, person_id: str, kind: str, words: str) -> DataRequest:
        """Note what a person asks for.

        Raises:
            BadRequest: nothing is chosen, or the words are missing, too long or an identity number.
            Conflict: they have asked several times and nobody has answered yet.
        """
        words = words.strip()
        if kind not in KINDS:
            raise BadRequest(
                N_("Choose what you want us to do."), N_("Then press the button again.")
            )
        if kind == CORRECTION and not words:
            raise BadRequest(
                N_("Write what is wrong and what it should be."),
                N_("For example: my department is called Culture and leisure."),
            )
        _check_words(words)
        with self.database.transaction() as session:
            query = select(func.count()).where(
                DataRequest.person_id == person_id, DataRequest.answered_at.is_(None)
            )
            if session.execute(query).scalar_one() >= OPEN_MAX:
                raise Conflict(
                    N_("You have asked several times, and the answers are on their way."),
                    N_("Wait for them, or call us."),
                )
            request = DataRequest(
                person_id=person_id, kind=kind, words=words, asked_at=self.now(), answer=""
            )
            session.add(request)
            session.flush()
            return request

    def of_person(self, person_id: str) -> list[DataRequest]:
        """The person's requests, the newest first."""
        query = (
            select(DataRequest)
            .where(DataRequest.person_id == person_id)
            .order_by(DataRequest.asked_at.desc(), DataRequest.id)
        )
        with self.database.transaction() as session:
            return list(session.scalars(query))

    def waiting(self) -> list[Waiting]:
        """Those that wait for an answer, the earliest first."""
        return self._listed(answered=False, most=None)

    def answered(self, most: int = 50) -> list[Waiting]:
        """Those that have been answered, the latest first."""
        return self._listed(answered=True, most=most)

    def get(self, request_id: str) -> Waiting:
        """One of them.

        Raises:
            NotFound: there is none, or its person has been erased.
        """
        query = select(DataRequest, Person.name).join(Person, Person.id == DataRequest.person_id)
        with self.database.transaction() as session:
            found = session.execute(query.where(DataRequest.id == request_id)).one_or_none()
        if found is None:
            raise NotFound(
                N_("There is no such request. The person may have been erased."),
                N_("Go back to the list."),
            )
        return self._told(*found)

    def answer(self, request_id: str, words: str, *, actor_id: str) -> None:
        """Close a request with an answer that the person sees.

        Raises:
            NotFound: there is none.
            BadRequest: the answer is missing or too long.
            Conflict: somebody else has answered meanwhile.
        """
        words = words.strip()
        if not words:
            raise BadRequest(
                N_("Write an answer."), N_("The person sees it on the page about their data.")
            )
        _check_words(words)
        person_id = self.get(request_id).request.person_id
        with self.database.transaction() as session:
            request = session.get(DataRequest, request_id, with_for_update=True)
            if request is None or request.answered_at is not None:
                raise Conflict(
                    N_("Somebody else has answered this request meanwhile."),
                    N_("Reload the page to see the answer."),
                )
            request.answered_at = self.now()
            request.answer = words
            request.actor_id = actor_id
            session.add(
                AuditEntry(
                    at=self.now(), actor_id=actor_id, action="request answered", subject=person_id
                )
            )

    def _listed(self, *, answered: bool, most: int | None) -> list[Waiting]:
        query = select(DataRequest, Person.name).join(Person, Person.id == DataRequest.person_id)
        if answered:
            query = query.where(DataRequest.answered_at.is_not(None))
            query = query.order_by(DataRequest.answered_at.desc())
        else:
            query = query.where(DataRequest.answered_at.is_(None)).order_by(DataRequest.asked_at)
        with self.database.transaction() as session:
            return [self._told(*found) for found in session.execute(query.limit(most))]

    def _told(self, request: DataRequest, name: str) -> Waiting:
        until = request.asked_at + ANSWER_WITHIN
        return Waiting(request, name, until, request.answered_at is None and self.now() > until)


def _check_words(words: str) -> None:
    if len(words) > WORDS_MAX:
        raise BadRequest(N_("That is too long."), N_("Write at most 1,000 characters."))
    if has_identity_number(words):
        raise BadRequest(
            N_("That looks like a personal identity number."),
            N_("Leave it out. The course must not have personal identity numbers."),
        )
