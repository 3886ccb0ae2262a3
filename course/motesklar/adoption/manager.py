"""Decides what the adoption page says: the goal, departments, the funnel, travel, workshops."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from motesklar.accounts.sight import Sight
from motesklar.adoption.funnel import Funnel, Stage
from motesklar.adoption.goal import GoalView, Point
from motesklar.adoption.imports import AccountImports
from motesklar.adoption.scopes import (
    EVERYBODY,
    Kind,
    Scope,
    Staff,
    choose,
    members,
    read_staff,
    scopes_of,
)
from motesklar.adoption.travel import Saved
from motesklar.adoption.trips import SavedTrips
from motesklar.config import Settings
from motesklar.equipment.readiness import NEEDED
from motesklar.equipment.verdicts import NOT_HERE, VERDICT_FACT, VerdictName
from motesklar.service.accounts import HELD
from motesklar.service.manager import MeetingAccounts
from motesklar.store.adoption_tables import AccountCount, AccountImport
from motesklar.store.database import Database
from motesklar.store.models import (
    AccountState,
    Evidence,
    Fact,
    MeetingAccount,
    Participant,
    Workshop,
    utcnow,
)


@dataclass(frozen=True)
class DepartmentLine:
    """A department's accounts by the latest list.

    Args:
        since_first: how many more than in the first list that told of it; None with one alone.
    """

    name: str
    people: int
    registered: int
    active: int
    since_first: int | None


@dataclass(frozen=True)
class Workshops:
    """The workshops that have been held."""

    held: int
    came: int
    first: date | None
    last: date | None


@dataclass(frozen=True)
class Overview:
    """Everything that the page shows.

    Args:
        hidden: departments in sight that are too small, or have too few accounts, to be told of.
        funnel: None where the group is too small to be told of.
        waiting: people who want an account and have none yet.
    """

    goal: GoalView
    departments: tuple[DepartmentLine, ...]
    hidden: int
    scopes: tuple[Scope, ...]
    scope: Scope
    funnel: Funnel | None
    saved: Saved | None
    workshops: Workshops
    waiting: int


class Adoption:
    """The change in the organisation.

    Args:
        goal: so many accounts are wanted.
        now: the clock, UTC without a zone.
    """

    def __init__(
        self,
        database: Database,
        accounts: MeetingAccounts,
        imports: AccountImports,
        trips: SavedTrips,
        goal: int,
        now: Callable[[], datetime] = utcnow,
    ) -> None:
        self.database = database
        self.accounts = accounts
        self.imports = imports
        self.trips = trips
        self.wanted = goal
        self.now = now

    def overview(self, sight: Sight, asked: str = "") -> Overview:
        """The page as somebody with that sight sees it.

        Args:
            sight: whose data they see.
            asked: whom the funnel is about, as it stands in the address.

        Raises:
            NotFound: there is no such group, or it is behind a border.
        """
        held = self.accounts.held()
        saved = self.trips.saved()
        with self.database.transaction() as session:
            staff = read_staff(session)
            scopes = scopes_of(session, staff, sight)
            scope = choose(scopes, asked)
            goal = GoalView(self.wanted, _points(session), held, self.now().date())
            lines = _departments(session, staff, sight)
            seen = sight.among(name for name in staff.sizes if name)
            return Overview(
                goal,
                tuple(lines),
                len(seen) - len(lines) if goal.points else 0,
                tuple(scopes),
                scope,
                _funnel(session, staff, sight, scope, goal),
                saved,
                _workshops(session),
                _waiting(session),
            )


def _points(session: Session) -> tuple[Point, ...]:
    query = select(AccountImport).order_by(AccountImport.day)
    return tuple(Point(one.day, one.registered, one.active) for one in session.scalars(query))


def _departments(session: Session, staff: Staff, sight: Sight) -> list[DepartmentLine]:
    query = (
        select(AccountImport.day, AccountCount)
        .join(AccountCount, AccountCount.import_id == AccountImport.id)
        .where(sight.where(AccountCount.department))
        .order_by(AccountImport.day)
    )
    first: dict[str, tuple[date, int]] = {}
    latest: dict[str, tuple[date, AccountCount]] = {}
    for day, count in session.execute(query):
        first.setdefault(count.department, (day, count.registered))
        latest[count.department] = (day, count)
    newest = session.scalar(select(func.max(AccountImport.day)))
    return [
        DepartmentLine(
            name,
            staff.sizes[name],
            count.registered,
            count.active,
            count.registered - first[name][1] if first[name][0] < day else None,
        )
        for name, (day, count) in sorted(latest.items(), key=lambda item: item[0].casefold())
        if day == newest
    ]


def _funnel(
    session: Session, staff: Staff, sight: Sight, scope: Scope, goal: GoalView
) -> Funnel | None:
    people = members(session, staff, sight, scope)
    if people is None:
        return None
    counted = {
        Stage.INVITED: len(people),
        Stage.TESTED: len(people & _tested(session)),
        Stage.CALLED: len(people & _called(session)),
        Stage.ACCOUNT: len(people & _with_account(session)),
    }
    return Funnel(counted | _listed(session, scope, goal))


def _listed(session: Session, scope: Scope, goal: GoalView) -> dict[Stage, int]:
    """What the latest list says of the whole organisation or a department, never of other groups.

    Both counts are of one list, which may know people whom the course doesn't: of accounts that
    only the course knows more could be in use than there are.
    """
    told: Point | AccountCount | None = None
    if goal.latest is not None and scope == EVERYBODY:
        told = goal.latest
    elif goal.latest is not None and scope.kind is Kind.DEPARTMENT:
        query = (
            select(AccountCount)
            .join(AccountImport)
            .where(AccountImport.day == goal.latest.day, AccountCount.department == scope.id)
        )
        told = session.scalars(query).first()
    return {Stage.ACCOUNT: told.registered, Stage.ACTIVE: told.active} if told else {}


def _tested(session: Session) -> set[str]:
    """Who has tested everything that a call needs at any time, whatever came of it.

    As `read_verdict` and `readiness.counts` have it, but read by the database: a municipality has
    tens of thousands of verdicts.
    """
    test, verdict, finding, before_findings = (
        Fact.detail[path].as_string()
        for path in ("test", "verdict", "finding", ("figures", "reason"))
    )
    told = func.coalesce(func.nullif(finding, ""), before_findings, "")
    query = (
        select(Fact.person_id)
        .where(
            Fact.kind == VERDICT_FACT,
            test.in_([check.value for check in NEEDED]),
            verdict.in_([name.value for name in VerdictName]),
            told != NOT_HERE,
        )
        .group_by(Fact.person_id)
        .having(func.count(test.distinct()) == len(NEEDED))
    )
    return set(session.scalars(query))


def _called(session: Session) -> set[str]:
    """Whose sound, picture or text has reached a practice call."""
    reached = (
        (Evidence.sound_seconds > 0)
        | (Evidence.picture_seconds > 0)
        | (Evidence.text_characters > 0)
    )
    return set(session.scalars(select(Evidence.person_id).where(reached)))


def _with_account(session: Session) -> set[str]:
    query = select(MeetingAccount.person_id).where(MeetingAccount.state.in_(HELD))
    return set(session.scalars(query))


def _waiting(session: Session) -> int:
    waits = (AccountState.WANTED, AccountState.ORDERED)
    query = select(func.count()).where(MeetingAccount.state.in_(waits))
    return session.execute(query).scalar_one()


def _workshops(session: Session) -> Workshops:
    """Those that have ended with somebody in them; forgotten people are in the summary."""
    came = (
        select(func.count())
        .where(Participant.workshop_id == Workshop.id)
        .correlate(Workshop)
        .scalar_subquery()
    )
    query = select(Workshop.ended_at, Workshop.summary, came).where(Workshop.ended_at.is_not(None))
    held = [
        (ended_at.date(), summary.get("came", 0) if summary else there)
        for ended_at, summary, there in session.execute(query)
    ]
    held = [(day, number) for day, number in held if number]
    days = [day for day, _ in held]
    return Workshops(
        len(held),
        sum(number for _, number in held),
        min(days, default=None),
        max(days, default=None),
    )


def make_adoption(settings: Settings, database: Database, accounts: MeetingAccounts) -> Adoption:
    """The room with its parts, by the organisation's settings."""
    return Adoption(
        database,
        accounts,
        AccountImports(database, accounts, settings.accounts.active_days),
        SavedTrips(database, settings.travel.model_dump()),
        settings.accounts.goal,
    )
