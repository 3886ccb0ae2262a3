"""Tables of the change in the organisation: accounts counted, and travel that was saved."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from motesklar.store.models import Base, new_id, utcnow


class AccountImport(Base):
    """A list of accounts from the meeting service was read; one for each day that it tells of."""

    __tablename__ = "account_import"

    id: Mapped[str] = mapped_column(String(20), primary_key=True, default=lambda: new_id("i"))
    #: The day the list tells of; a second list of the same day takes the first one's place.
    day: Mapped[date] = mapped_column(unique=True)
    imported_at: Mapped[datetime] = mapped_column(default=utcnow)
    actor_id: Mapped[str] = mapped_column(String(20))
    #: Accounts in the list, and how many of them were used lately.
    registered: Mapped[int]
    active: Mapped[int]
    #: Accounts of somebody whom the course knows; how many of them are used would tell, by
    #: subtraction, of the few that are left.
    matched: Mapped[int]


class AccountCount(Base):
    """How many accounts a department had on a day: never who, and never of fewer than five."""

    __tablename__ = "account_count"

    import_id: Mapped[str] = mapped_column(
        ForeignKey("account_import.id", ondelete="CASCADE"), primary_key=True
    )
    department: Mapped[str] = mapped_column(String(120), primary_key=True)
    registered: Mapped[int]
    active: Mapped[int]


class SavedTrip(Base):
    """A person has told of meetings that were held on the web in place of a trip."""

    __tablename__ = "saved_trip"

    #: Made by the client, so that an answer sent twice is one.
    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    told_at: Mapped[datetime] = mapped_column(default=utcnow)
    #: The first day of the month it is about.
    month: Mapped[date]
    #: One way, by road.
    kilometres: Mapped[float]
    #: Meetings, and how many people would have gone to each.
    meetings: Mapped[int]
    people: Mapped[int]
