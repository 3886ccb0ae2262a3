"""Builds a course's services from its options: the one place where the rooms meet."""

from typing import TYPE_CHECKING

from motesklar.accounts.manager import Accounts
from motesklar.call.manager import Calls, Surroundings
from motesklar.call.rooms.attendance import Attendance
from motesklar.call.rooms.manager import Rooms
from motesklar.call.rooms.passes import RoomAccess
from motesklar.capacity.machine import kernels_allowed
from motesklar.capacity.manager import CapacityWatch
from motesklar.config import load_settings
from motesklar.equipment.manager import Equipment, RelaySettings
from motesklar.exercises.manager import Exercises
from motesklar.exercises.nbgrader_root import layers
from motesklar.i18n import LOCALE_DIR, load_languages
from motesklar.pages.manager import Pages
from motesklar.paths import shipped_settings
from motesklar.review.manager import Review
from motesklar.store.database import Database
from motesklar.store.facts import FactLog
from motesklar.web.services import Services
from motesklar.web.sessions import SessionStore
from motesklar.workshops.manager import Workshops

if TYPE_CHECKING:
    from motesklar.web.app import ServeOptions


def build_services(options: "ServeOptions") -> Services:
    """Prepare the data folder and databases, and make every part; nothing runs yet.

    Raises:
        ConfigError: a setting can't be used.
    """
    overlay = options.overlay
    settings = load_settings(shipped_settings(), overlay / "course.toml" if overlay else None)
    folders = [LOCALE_DIR, *([overlay / "locale"] if overlay else [])]
    languages = load_languages(settings.course.languages, folders, settings.course.default_language)
    options.data.prepare()
    database = Database(options.data.database_url)
    database.migrate()
    facts = FactLog(database)
    sessions = SessionStore(database, settings.signin)

    async def kernels() -> str:
        return (await pages.supervisor.template()).path

    exercises = Exercises(
        settings=settings,
        data=options.data,
        database=database,
        facts=facts,
        kernels=kernels,
        overlay=overlay,
    )
    exercises.prepare()
    capacity = settings.capacity
    pages = Pages(
        course=lambda: exercises.course,
        released=exercises.released_notebook,
        prepare=exercises.prepare,
        sources=[
            folder / name
            for folder in layers(options.data, overlay)
            for name in settings.course.modules
        ],
        languages=languages,
        log_file=options.data.root / "kernels.log",
        base_url=options.base_url,
        cap=kernels_allowed(capacity),
        idle_seconds=capacity.idle_minutes * 60,
    )
    public_url = options.origin + options.base_url.rstrip("/")
    workshops = Workshops(
        database=database,
        facts=facts,
        course=lambda: exercises.course,
        languages=languages,
        public_url=public_url,
    )
    room_access = RoomAccess(database, languages)
    attendance = Attendance(database)
    calls = Calls(
        settings=settings.call,
        database=database,
        facts=facts,
        languages=languages,
        access=room_access,
        attendance=attendance,
        is_led=lambda person_id: workshops.hand(person_id) is not None,
        surroundings=Surroundings(
            # the demo's browser is on this machine, which may have no network at all
            loopback=options.demo,
            turn_secret=options.data.turn_secret_file,
            locale_folders=folders,
        ),
    )
    return Services(
        settings=settings,
        languages=languages,
        data=options.data,
        database=database,
        facts=facts,
        sessions=sessions,
        accounts=Accounts(
            settings=settings,
            database=database,
            sessions=sessions,
            languages=languages,
            facts=facts,
            public_url=public_url,
            demo=options.demo,
        ),
        exercises=exercises,
        workshops=workshops,
        review=Review(database=database, exercises=exercises, course=lambda: exercises.course),
        calls=calls,
        room_access=room_access,
        rooms=Rooms(
            database=database,
            workshops=workshops,
            calls=calls,
            attendance=attendance,
            course=lambda: exercises.course,
        ),
        equipment=Equipment(
            settings=settings.equipment,
            database=database,
            facts=facts,
            workshops=workshops,
            relay=RelaySettings(settings.call, options.data.turn_secret_file),
        ),
        pages=pages,
        capacity=CapacityWatch(pages, capacity.kernel_megabytes * 1024 * 1024),
        demo=options.demo,
        public_url=public_url,
        overlay=overlay,
    )
