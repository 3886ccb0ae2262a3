"""`GET /health`: for the one who watches the server, and for balancers."""

from sqlalchemy import text
from tornado.web import RequestHandler

from motesklar import __version__
from motesklar.web.access import Access
from motesklar.web.base import CourseHandler


class Health(CourseHandler):
    """Says that the server answers and reaches its database."""

    access = Access.PUBLIC

    def get(self) -> None:
        """200 with the version; an unreachable database is a 500."""
        with self.services.database.transaction() as session:
            session.execute(text("SELECT 1"))
        self.set_header("Cache-Control", "no-store")
        self.write_json({"status": "ok", "version": __version__})


ROUTES: list[tuple[str, type[RequestHandler]]] = [(r"/health", Health)]
