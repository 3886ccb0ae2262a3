"""Keeps what people tell of saved travel; each reaches their own alone."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from motesklar.adoption.travel import Saved, Trip, saved_of
from motesklar.errors import Conflict, NotFound
from motesklar.i18n import N_
from motesklar.store.adoption_tables import SavedTrip
from motesklar.store.database import Database
from motesklar.store.models import utcnow

#: More than anybody tells by hand.
_MOST_TRIPS = 200


class SavedTrips:
    """The meetings that were held on the web in place of a trip.

    Args:
        figures: `[travel]` of course.toml.
        now: the clock, UTC without a zone.
    """

    def __init__(
        self, database: Database, figures: Mapping[str, Any], now: Callable[[], datetime] = utcnow
    ) -> None:
        self.database = database
        self.figures = figures
        self.now = now

    def of_person(self, person_id: str) -> list[SavedTrip]:
        """What somebody has told, the latest month first."""
        query = (
            select(SavedTrip)
            .where(SavedTrip.person_id == person_id)
            .order_by(SavedTrip.month.desc(), SavedTrip.told_at.desc(), SavedTrip.id)
        )
        with self.database.transaction() as session:
            return list(session.scalars(query))

    def get(self, person_id: str, trip_id: str) -> SavedTrip:
        """One of theirs.

        Raises:
            NotFound: it isn't theirs, or is gone.
        """
        with self.database.transaction() as session:
            trip = session.get(SavedTrip, trip_id)
        if trip is None or trip.person_id != person_id:
            raise _no_trip()
        return trip

    def save(self, person_id: str, trip_id: str, told: Trip) -> None:
        """Keep it, in place of what was told under the same id.

        Raises:
            NotFound: the id is somebody else's.
            Conflict: they have told of very many.
        """
        with self.database.transaction() as session:
            trip = session.get(SavedTrip, trip_id)
            if trip is None:
                count = select(func.count()).where(SavedTrip.person_id == person_id)
                if session.execute(count).scalar_one() >= _MOST_TRIPS:
                    raise Conflict(
                        N_("You have already told of %(most)s trips."),
                        N_("Change one of them, or remove those that are old."),
                        most=_MOST_TRIPS,
                    )
                trip = SavedTrip(id=trip_id, person_id=person_id)
                session.add(trip)
            elif trip.person_id != person_id:
                raise _no_trip()
            trip.told_at = self.now()
            trip.month, trip.kilometres = told.month, told.kilometres
            trip.meetings, trip.people = told.meetings, told.people

    def remove(self, person_id: str, trip_id: str) -> None:
        """Forget it; one that is gone already is no error."""
        with self.database.transaction() as session:
            trip = session.get(SavedTrip, trip_id)
            if trip is not None and trip.person_id == person_id:
                session.delete(trip)

    def saved(self) -> Saved | None:
        """The sums of all; None while too few have told."""
        with self.database.transaction() as session:
            trips = [
                (one.person_id, Trip(one.month, one.kilometres, one.meetings, one.people))
                for one in session.scalars(select(SavedTrip))
            ]
        return saved_of(trips, self.figures)


def _no_trip() -> NotFound:
    return NotFound(
        N_("There is no such trip among yours."), N_("Go back to your trips and choose there.")
    )
