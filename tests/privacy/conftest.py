"""The rooms of people and of their rights behind a real HTTP server, over real databases."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from tornado.web import RequestHandler

from motesklar.config import load_settings
from motesklar.course import Course
from motesklar.paths import DataFolder, shipped_settings
from motesklar.privacy.fault_handlers import ROUTES as FAULTS
from motesklar.privacy.handlers import ROUTES as PRIVACY
from motesklar.privacy.log_handlers import ROUTES as LOG
from motesklar.privacy.manager import Privacy
from motesklar.privacy.my_handlers import ROUTES as MY_DATA
from motesklar.store.models import Role, Session
from motesklar.web.services import Services
from tests.accounts.conftest import (
    Browser,
    Site,
    Town,
    administrator,
    base_url,
    mail,
    site,
)
from tests.databases import new_database

__all__ = ["administrator", "base_url", "mail", "site"]


class Registry(Town):
    """A town whose people's rights are looked after."""

    def make_privacy(self) -> Privacy:
        return Privacy.create(
            settings=self.settings,
            database=self.database,
            accounts=self.accounts,
            erasing=self.erasing,
            now=self.clock,
        )

    def __post_init__(self) -> None:
        super().__post_init__()
        self.privacy = self.make_privacy()

    def services(self) -> Services:
        services = super().services()
        services.privacy = self.privacy
        services.exercises = SimpleNamespace(  # type: ignore[assignment]
            erasing=self.erasing, course=Course(())
        )
        return services

    def seen(self, person_id: str, at: datetime) -> None:
        """Somebody had a page open then."""
        with self.database.transaction() as session:
            session.add(
                Session(
                    token_hash=f"{person_id}-{at:%f%S}".ljust(64, "0"),
                    person_id=person_id,
                    created_at=at,
                    seen_at=at,
                    expires_at=at + timedelta(days=30),
                )
            )


@pytest.fixture
def more_routes() -> list[tuple[str, type[RequestHandler]]]:
    return [*MY_DATA, *PRIVACY, *LOG, *FAULTS]


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Registry]:
    data = DataFolder(tmp_path / "data")
    data.prepare()
    new_database(data.root / "course.db").close()
    town = Registry(data, load_settings(shipped_settings()))
    yield town
    town.database.close()


@pytest.fixture
async def learner(site: Site) -> Browser:
    return await site.signed_in(site.town.person("Anna Alm", role=Role.LEARNER))
