"""Where somebody tells of trips that they didn't have to make."""

from collections.abc import Mapping

from tornado.web import RequestHandler

from motesklar.accounts.forms import AccountHandler, FieldError
from motesklar.adoption.travel import KM_MAX, MEETINGS_MAX, PEOPLE_MAX, BadTrip, months, read_trip
from motesklar.adoption.trips import SavedTrips
from motesklar.adoption.words import Words
from motesklar.errors import BadRequest, Conflict
from motesklar.service.profile import said
from motesklar.store.adoption_tables import SavedTrip
from motesklar.store.models import new_id
from motesklar.web.access import Access
from motesklar_widgets.trips import roads, trip_sums

_FIELDS = ("month", "from", "to", "km", "meetings", "people")
_ID = r"[a-z]-[a-z0-9-]{1,37}"


class TripHandler(AccountHandler):
    """What both addresses have in common."""

    access = Access.SIGNED_IN

    @property
    def trips(self) -> SavedTrips:
        """What people have told."""
        return self.services.adoption.trips


class MyTrips(TripHandler):
    """`GET` and `POST /me/trips`."""

    def get(self) -> None:
        """What the visitor has told, and a form for more or for a change."""
        changed = self.get_query_argument("change", "")
        if changed:
            trip = self.trips.get(self.person.person_id, changed)
            self.show(trip.id, _filled(trip), changes=True)
        else:
            self.show(new_id("t", 20), dict.fromkeys(_FIELDS, ""))

    def post(self) -> None:
        """Keep what is told; sent twice it is one."""
        trip_id = self.field("id")
        fields = {name: self.field(name) for name in _FIELDS}
        changes = bool(self.field("changes"))
        travel = self.services.settings.travel
        try:
            if not trip_id.startswith("t-") or len(trip_id) > 40:
                raise BadRequest
            ways = roads(travel.places, travel.road_factor)
            told = read_trip(fields, ways, self.trips.now().date())
            self.trips.save(self.person.person_id, trip_id, told)
        except BadTrip as error:
            problems = {name: self.told(one, name) for name, one in error.problems.items()}
            self.set_status(error.status)
            self.show(trip_id, fields, problems, changes=changes)
            return
        except Conflict as error:
            self.show(trip_id, fields, {"": self.tell(error)}, changes=changes)
            return
        self.go(self.url("/me/trips"), saved="yes")

    def show(
        self,
        trip_id: str,
        fields: Mapping[str, str],
        problems: Mapping[str, FieldError] | None = None,
        *,
        changes: bool = False,
    ) -> None:
        """The page, what was typed still there."""
        words = Words(self.translation, self.language)
        travel = self.services.settings.travel
        told = self.trips.of_person(self.person.person_id)
        self.render_page(
            "adoption/trips.html",
            trip_id=trip_id,
            fields=fields,
            problems=problems or {},
            changes=changes,
            trips=told,
            hours={
                one.id: trip_sums(self.trips.figures, one.kilometres, one.people, one.meetings)[
                    "hours"
                ]
                for one in told
            },
            months=months(self.trips.now().date()),
            places=list(travel.places),
            words=words,
            sources=said(travel.sources or {"": ""}, self.language),
            most={"km": round(KM_MAX), "meetings": MEETINGS_MAX, "people": PEOPLE_MAX},
            done=self.get_query_argument("saved", ""),
        )


class RemoveTrip(TripHandler):
    """`POST /me/trips/<id>/remove`."""

    def get(self, _trip_id: str) -> None:
        """Somebody reloaded: to the page."""
        self.go(self.url("/me/trips"))

    def post(self, trip_id: str) -> None:
        """Forget it."""
        self.trips.remove(self.person.person_id, trip_id)
        self.go(self.url("/me/trips"), saved="removed")


def _filled(trip: SavedTrip) -> dict[str, str]:
    return {
        "month": trip.month.isoformat(),
        "from": "",
        "to": "",
        "km": f"{trip.kilometres:g}",
        "meetings": str(trip.meetings),
        "people": str(trip.people),
    }


ROUTES: list[tuple[str, type[RequestHandler]]] = [
    (r"/me/trips", MyTrips),
    (rf"/me/trips/({_ID})/remove", RemoveTrip),
]
