"""Saved views: filters of the review table that somebody wants again."""

from dataclasses import dataclass

from sqlalchemy import delete, func, select

from motesklar.errors import BadRequest, TooMany
from motesklar.i18n import N_
from motesklar.review.filters import QUERY_MAX, Filter
from motesklar.store.alphabet import alphabetical
from motesklar.store.database import Database
from motesklar.store.review_tables import SavedView

NAME_MAX = 60
#: Nobody finds anything among more.
MOST = 30


class BadViewName(BadRequest):
    """A view without a name, or with one that is too long."""

    code = "bad_view_name"
    message = N_("The view has no name.")
    next_step = N_("Write a short one, so that you recognise it.")


@dataclass(frozen=True)
class View:
    """A saved view.

    Args:
        query: as it stands in the address.
    """

    id: str
    name: str
    query: str


class SavedViews:
    """Everybody's own views."""

    def __init__(self, database: Database) -> None:
        self.database = database

    def of(self, person_id: str) -> list[View]:
        """A person's views, by name."""
        query = select(SavedView).where(SavedView.person_id == person_id)
        with self.database.transaction() as session:
            rows = session.scalars(query.order_by(alphabetical(SavedView.name), SavedView.id))
            return [View(row.id, row.name, row.query) for row in rows]

    def save(self, person_id: str, name: str, chosen: Filter) -> None:
        """Keep a view; one of the same name is replaced.

        Raises:
            BadViewName: it has no name, or one that is too long.
            BadRequest: the filter is too long to be kept.
            TooMany: there are too many already.
        """
        name = " ".join(name.split())
        if not name or len(name) > NAME_MAX:
            raise BadViewName
        query = chosen.address()
        if len(query) > QUERY_MAX:
            raise BadRequest
        mine = SavedView.person_id == person_id
        with self.database.transaction() as session:
            found = session.scalars(select(SavedView).where(mine, SavedView.name == name)).first()
            if found is not None:
                found.query = query
                return
            if (session.scalar(select(func.count()).where(mine)) or 0) >= MOST:
                raise TooMany(
                    N_("You have many saved views already."),
                    N_("Remove one that you no longer need."),
                )
            session.add(SavedView(person_id=person_id, name=name, query=query))

    def remove(self, person_id: str, view_id: str) -> None:
        """Forget a view; one that is gone already is no error."""
        with self.database.transaction() as session:
            session.execute(
                delete(SavedView).where(SavedView.id == view_id, SavedView.person_id == person_id)
            )
