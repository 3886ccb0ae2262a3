"""What is decided about a workshop before it is held. Pure but for the clock's zone."""

from dataclasses import dataclass
from datetime import UTC, datetime

from babel.dates import LOCALTZ

from motesklar.errors import BadRequest
from motesklar.i18n import N_
from motesklar.workshops.sheet.sheet import SheetItem

PLACE_MAX = 120
PEOPLE_MAX = 1000


class BadPlan(BadRequest):
    """Something about date, place or numbers that can't be kept."""

    code = "bad_plan"
    message = N_("The date, the place or a number can't be read.")
    next_step = N_("Write the numbers with digits only, and choose the date in the calendar.")


@dataclass(frozen=True)
class Plan:
    """A workshop's plan; what is not decided is empty.

    Args:
        sheet: what is done when.
        starts_at: UTC without a zone.
        place: where the hall is.
        capacity: so many may join.
        account_goal: so many accounts are wanted at the end.
    """

    sheet: tuple[SheetItem, ...] = ()
    starts_at: datetime | None = None
    place: str = ""
    capacity: int | None = None
    account_goal: int | None = None


def read_plan(
    sheet: tuple[SheetItem, ...], *, starts: str, place: str, capacity: str, account_goal: str
) -> Plan:
    """A plan from the fields of a form; times are on the server's clock.

    Raises:
        BadPlan: a field can't be read.
    """
    place = " ".join(place.split())
    if len(place) > PLACE_MAX or not place.isprintable():
        raise BadPlan
    return Plan(sheet, _moment(starts), place, _number(capacity), _number(account_goal))


def _moment(typed: str) -> datetime | None:
    """What `<input type=datetime-local>` sends."""
    if not typed.strip():
        return None
    try:
        local = datetime.fromisoformat(typed.strip())
        return local.replace(tzinfo=local.tzinfo or LOCALTZ).astimezone(UTC).replace(tzinfo=None)
    except (ValueError, OverflowError) as error:
        raise BadPlan from error


def _number(typed: str) -> int | None:
    typed = typed.strip()
    if not typed:
        return None
    if not (typed.isascii() and typed.isdigit() and len(typed) < 6):
        raise BadPlan
    number = int(typed)
    if not 1 <= number <= PEOPLE_MAX:
        raise BadPlan
    return number
