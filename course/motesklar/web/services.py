"""What a running course is made of; every handler reaches it as `self.services`."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from motesklar.config import Settings
from motesklar.course import Course
from motesklar.i18n import Languages
from motesklar.paths import DataFolder
from motesklar.store.database import Database
from motesklar.store.facts import FactLog
from motesklar.web.sessions import SessionStore

if TYPE_CHECKING:
    from motesklar.accounts.manager import Accounts
    from motesklar.adoption.manager import Adoption
    from motesklar.call.manager import Calls
    from motesklar.call.rooms.manager import Rooms
    from motesklar.call.rooms.passes import RoomAccess
    from motesklar.capacity.manager import CapacityWatch
    from motesklar.certificates.manager import Certificates
    from motesklar.equipment.manager import Equipment
    from motesklar.exercises.manager import Exercises
    from motesklar.letters.manager import Letters
    from motesklar.oidc.signin import OidcSignIn
    from motesklar.operation.backups import Backups
    from motesklar.pages.manager import Pages
    from motesklar.privacy.manager import Privacy
    from motesklar.review.deciding import Deciding
    from motesklar.review.exports import Exports
    from motesklar.review.manager import Review
    from motesklar.review.projection import Projection
    from motesklar.review.readers import Readers
    from motesklar.review.regrading import RegradePreviews
    from motesklar.review.views import SavedViews
    from motesklar.service.manager import MeetingAccounts
    from motesklar.service.profile import ServiceProfile
    from motesklar.workshops.after.feedback import Feedback
    from motesklar.workshops.after.reporting import Reports
    from motesklar.workshops.after.retention import Retention
    from motesklar.workshops.manager import Workshops
    from motesklar.workshops.roster.rosters import Rosters


@dataclass
class Services:
    """The parts, made once at start by `web.app`."""

    settings: Settings
    languages: Languages
    data: DataFolder
    database: Database
    facts: FactLog
    sessions: SessionStore
    accounts: Accounts
    letters: Letters
    exercises: Exercises
    workshops: Workshops
    review: Review
    projection: Projection
    deciding: Deciding
    readers: Readers
    previews: RegradePreviews
    saved_views: SavedViews
    exports: Exports
    calls: Calls
    room_access: RoomAccess
    rooms: Rooms
    equipment: Equipment
    pages: Pages
    capacity: CapacityWatch
    profile: ServiceProfile
    meeting_accounts: MeetingAccounts
    certificates: Certificates
    rosters: Rosters
    reports: Reports
    feedback: Feedback
    retention: Retention
    adoption: Adoption
    backups: Backups
    privacy: Privacy
    #: The organisation's own sign-in, where there is one.
    oidc: OidcSignIn | None = None
    #: An invented organisation on loopback: anybody may type a name.
    demo: bool = False
    #: Where people reach the course, such as `https://motesklar.exempelstad.se`; no trailing slash.
    public_url: str = "http://localhost:8000"
    #: The organisation's own course folder.
    overlay: Path | None = None

    @property
    def course(self) -> Course:
        """The modules as published now; a new publication replaces it whole."""
        return self.exercises.course
