"""Builds a course's services from its options: the one place where the rooms meet."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

from motesklar.accounts.manager import Accounts
from motesklar.adoption.manager import make_adoption
from motesklar.call.manager import Calls, Surroundings
from motesklar.call.rooms.attendance import Attendance
from motesklar.call.rooms.manager import Rooms
from motesklar.call.rooms.passes import RoomAccess
from motesklar.capacity.machine import kernels_allowed
from motesklar.capacity.manager import CapacityWatch
from motesklar.certificates.manager import Certificates
from motesklar.config import load_settings
from motesklar.equipment.manager import Equipment
from motesklar.exercises.manager import Exercises
from motesklar.exercises.nbgrader_root import layers
from motesklar.i18n import LOCALE_DIR, load_languages
from motesklar.letters.manager import Letters
from motesklar.oidc.signin import OidcSignIn
from motesklar.operation.backups import Backups
from motesklar.operation.restore import finish
from motesklar.operation.upgrade import upgrade
from motesklar.pages.manager import Pages
from motesklar.paths import shipped_settings
from motesklar.privacy.ledger import ErasureLedger
from motesklar.privacy.manager import Privacy
from motesklar.review.completion import State
from motesklar.review.deciding import Deciding
from motesklar.review.exports import Exports
from motesklar.review.manager import Review
from motesklar.review.projection import Projection
from motesklar.review.readers import Readers
from motesklar.review.regrading import RegradePreviews
from motesklar.review.views import SavedViews
from motesklar.service.facts import facts_text, words_of
from motesklar.service.manager import MeetingAccounts
from motesklar.service.profile import course_profile
from motesklar.store.database import Database
from motesklar.store.facts import FactLog
from motesklar.store.models import utcnow
from motesklar.web.services import Services
from motesklar.web.sessions import SessionStore
from motesklar.workshops.after.feedback import Feedback
from motesklar.workshops.after.reporting import Reports
from motesklar.workshops.after.retention import Retention
from motesklar.workshops.manager import Workshops
from motesklar.workshops.roster.rosters import Rosters

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
    finish(options.data)
    database = Database(options.data.database_url)
    upgrade(options.data, database, utcnow())
    facts = FactLog(database)
    sessions = SessionStore(database, settings.signin)

    profile = course_profile(settings, overlay)

    async def kernels() -> str:
        return (await pages.supervisor.template()).path

    exercises = Exercises(
        settings=settings,
        data=options.data,
        database=database,
        facts=facts,
        kernels=kernels,
        overlay=overlay,
        words={code: words_of(settings, profile, code) for code in settings.course.languages},
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
        facts=lambda language: facts_text(settings, profile, language),
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
    workshops.erase_forgotten()
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
    accounts = Accounts(
        settings=settings,
        database=database,
        sessions=sessions,
        languages=languages,
        facts=facts,
        ledger=ErasureLedger(options.data.erasures_file),
        public_url=public_url,
        demo=options.demo,
    )

    def say_farewell(person_id: str) -> Callable[[], None]:
        """Whoever is erased leaves calls and boards that others have open."""
        calls.dismiss(person_id)
        return workshops.loses(person_id)

    accounts.on_erasure(say_farewell)
    meeting_accounts = MeetingAccounts(database, facts)
    reports = Reports(database, workshops, attendance.of_workshop)
    projection = Projection(
        database=database,
        gradebook=exercises.gradebook,
        facts=facts,
        course=lambda: exercises.course,
        move_on=settings.course.move_on,
        enough_share=settings.course.pass_share,
    )
    review = Review(database, lambda: exercises.course, projection.starting_state)
    exports = Exports(database, review, languages, options.data.exports)
    accounts.on_erasure(lambda person_id: partial(exports.forget, person_id))
    deciding = Deciding(database, lambda: exercises.course, projection)
    return Services(
        settings=settings,
        languages=languages,
        data=options.data,
        database=database,
        facts=facts,
        sessions=sessions,
        accounts=accounts,
        oidc=OidcSignIn(settings.oidc, accounts) if settings.oidc.issuer else None,
        letters=Letters(
            accounts=accounts,
            data=options.data,
            course=lambda: exercises.course,
            overlay=overlay,
            starts_done=lambda module: projection.starting_state(module) is State.DONE,
        ),
        exercises=exercises,
        workshops=workshops,
        review=review,
        projection=projection,
        deciding=deciding,
        readers=Readers(exercises, deciding),
        previews=RegradePreviews(exercises),
        saved_views=SavedViews(database),
        exports=exports,
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
        ),
        pages=pages,
        capacity=CapacityWatch(pages, capacity.kernel_megabytes * 1024 * 1024),
        profile=profile,
        meeting_accounts=meeting_accounts,
        certificates=Certificates(
            database=database,
            course=lambda: exercises.course,
            results_of=review.results_of,
            pass_share=settings.course.pass_share,
        ),
        rosters=Rosters(database, facts, workshops, timedelta(days=settings.equipment.days)),
        reports=reports,
        feedback=Feedback(database, workshops),
        retention=Retention(database, reports, timedelta(days=settings.workshops.keep_days)),
        privacy=Privacy.create(
            settings=settings, database=database, accounts=accounts, erasing=exercises.erasing
        ),
        backups=Backups(options.data, settings.backup, database),
        adoption=make_adoption(settings, database, meeting_accounts),
        demo=options.demo,
        public_url=public_url,
        overlay=overlay,
    )
