"""The administrator's pages: requests, what expires, receipts, records of processing."""

import asyncio
import json
from dataclasses import asdict
from datetime import datetime

from tornado.web import RequestHandler

from motesklar.accounts.forms import FieldError
from motesklar.errors import BadRequest, Conflict, NotFound
from motesklar.i18n import N_
from motesklar.privacy.kinds import ABOUT, TITLES, Kind, days_of
from motesklar.privacy.ledger import PERSON
from motesklar.privacy.my_handlers import PrivacyHandler
from motesklar.privacy.processing import record
from motesklar.store.models import iso
from motesklar.store.privacy_tables import ErasureReceipt
from motesklar.web.table_csv import write_csv

#: A small erasure is over before the page is shown.
_QUICK_SECONDS = 2.0


class Requests(PrivacyHandler):
    """`GET /privacy/requests`: who asks for correction or erasure."""

    def get(self) -> None:
        """Those that wait, then those that are answered."""
        requests = self.services.privacy.requests
        self.accounts.note(self.person.person_id, "requests viewed", "")
        self.render_page(
            "privacy/requests.html",
            waiting=requests.waiting(),
            answered=requests.answered(),
            done=self.get_query_argument("done", ""),
        )


class Request(PrivacyHandler):
    """`/privacy/requests/<id>`: one request and its answer."""

    def get(self, request_id: str) -> None:
        """The request, with what can be done."""
        self.show(request_id)

    async def post(self, request_id: str) -> None:
        """Answer it."""
        words = self.field("words")
        try:
            self.services.privacy.requests.answer(request_id, words, actor_id=self.person.person_id)
        except (BadRequest, Conflict) as error:
            self.show(request_id, self.tell(error, "words"), words)
            return
        self.go(self.url("/privacy/requests"), done="answered")

    def show(self, request_id: str, error: FieldError | None = None, words: str = "") -> None:
        """The page, with an error beside its field and what was typed still there."""
        one = self.services.privacy.requests.get(request_id)
        self.accounts.note(self.person.person_id, "data viewed", one.request.person_id)
        self.render_page(
            "privacy/request.html",
            one=one,
            who=self.accounts.roster.get(one.request.person_id),
            error=error,
            words=words,
        )


class RequestErase(Request):
    """`POST /privacy/requests/<id>/erase`: erase the one who asked for it."""

    async def post(self, request_id: str) -> None:
        """Everything, once the box is ticked; the receipt says so."""
        one = self.services.privacy.requests.get(request_id)
        if not self.field("sure"):
            problem = BadRequest(
                N_("Nothing has been removed yet."),
                N_("Tick the box to show that you are sure, then press the button again."),
            )
            self.show(request_id, self.tell(problem, "sure"))
            return
        try:
            receipt = await self.erase(one.request.person_id)
        except Conflict as error:
            self.show(request_id, self.tell(error, "sure"))
            return
        self.go(self.url(f"/privacy/receipts/{receipt}"))


class Retention(PrivacyHandler):
    """`GET /privacy/retention`: what has expired; `POST` approves that it is erased."""

    async def get(self) -> None:
        """The list, what is being erased, and the receipts."""
        await self.show()

    async def post(self) -> None:
        """Begin, once the box is ticked; small things are over when the page is shown."""
        desk = self.services.privacy.desk
        kind = _kind(self.field("kind"))
        if not self.field("sure"):
            problem = BadRequest(
                N_("Nothing has been removed yet."),
                N_("Tick the box to show that you are sure, then press the button again."),
            )
            await self.show(self.tell(problem, kind.value))
            return
        try:
            progress = desk.approve(
                kind, _time(self.field("before")), actor_id=self.person.person_id
            )
        except Conflict as error:
            await self.show(self.tell(error, kind.value))
            return
        await desk.wait(kind, _QUICK_SECONDS)
        if progress.receipt and not progress.broken:
            self.go(self.url(f"/privacy/receipts/{progress.receipt}"))
        else:
            self.go(self.url("/privacy/retention"))

    async def show(self, error: FieldError | None = None) -> None:
        """The page, with an error beside the kind it is about."""
        privacy = self.services.privacy
        # thousands of people's rows are counted, and others are waiting
        due = await asyncio.to_thread(privacy.desk.due)
        self.accounts.note(self.person.person_id, "retention viewed", "")
        settings = self.services.settings
        self.render_page(
            "privacy/retention.html",
            due=due,
            running=[one for one in privacy.desk.progress.values() if not one.receipt],
            broken=[one for one in privacy.desk.progress.values() if one.broken],
            receipts=privacy.receipts.latest(),
            about=ABOUT,
            receipt_title=self.receipt_title,
            periods=[(kind, days_of(kind, settings.retention)) for kind in Kind],
            workshop_days=settings.workshops.keep_days,
            approve=settings.retention.approve,
            error=error,
            iso=datetime.isoformat,
            shown_time=self.shown_time,
        )

    def receipt_title(self, kind: str) -> str:
        """What a receipt is about."""
        if kind == PERSON:
            return self.translation.gettext(N_("One person, with everything known about them"))
        # a receipt outlives the release that wrote it, and a kind that only that one knew
        return self.translation.gettext(TITLES.get(kind, kind))


class RetentionExport(PrivacyHandler):
    """`GET /privacy/retention/<kind>.json`: what is about to be erased, to keep elsewhere."""

    async def get(self, kind: str) -> None:
        """JSON to save; rows as they stand, or whole people."""
        desk = self.services.privacy.desk
        before = _time(self.get_query_argument("before", ""))
        chosen = _kind(kind)
        rows = await asyncio.to_thread(desk.export, chosen, before, self.services.data)
        self.accounts.note(self.person.person_id, "retention exported", f"{chosen} {len(rows)}")
        self.send(
            json.dumps(rows, ensure_ascii=False, indent=1),
            "application/json",
            f"motesklar-{chosen.value}.json",
        )


class Receipt(Retention):
    """`GET /privacy/receipts/<id>[.json]`: what was erased, when and on whose word."""

    async def get(self, receipt_id: str, as_file: str | None = None) -> None:  # type: ignore[override]
        """The page, or the same as a file."""
        receipt = self.services.privacy.receipts.get(receipt_id)
        if as_file:
            self.send(_receipt_json(receipt), "application/json", f"motesklar-{receipt.id}.json")
            return
        self.render_page(
            "privacy/receipt.html",
            receipt=receipt,
            title=self.receipt_title(receipt.kind),
            actor=self.name_of(receipt.actor_id),
            counts=self.counted(receipt.counts),
            shown_time=self.shown_time,
        )

    def counted(self, counts: dict[str, int]) -> list[tuple[str, int]]:
        """How many of what, in words."""
        parts = {p.key: p.title for p in self.teller.parts()} | TITLES
        words = {"person": N_("People"), "facts": N_("Notes on steps and tests")}
        gettext = self.translation.gettext
        named = {**parts, **words}
        return [(gettext(named.get(name, name)), count) for name, count in counts.items()]

    def name_of(self, actor_id: str) -> str:
        """Who approved it: by name while they are known, on the command line nobody."""
        if not actor_id:
            return self.translation.gettext(N_("the server or its command line"))
        try:
            return self.accounts.roster.get(actor_id).name
        except NotFound:
            return actor_id


class ProcessingPage(PrivacyHandler):
    """`GET /privacy/processing[.csv|.json]`: the records of processing (article 30)."""

    def get(self, kind: str | None = None) -> None:
        """The page to read and print, or a file."""
        found = record(self.services.settings, self.translation)
        if kind == "csv":
            self.send(write_csv(found.headings, found.rows), "text/csv", "motesklar-processing.csv")
        elif kind == "json":
            text = json.dumps(asdict(found), ensure_ascii=False, indent=1)
            self.send(text, "application/json", "motesklar-processing.json")
        else:
            self.render_page("privacy/processing.html", record=found)


def _kind(text: str) -> Kind:
    try:
        return Kind(text)
    except ValueError as error:
        raise BadRequest from error


def _time(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text).replace(tzinfo=None)
    except ValueError as error:
        raise BadRequest from error


def _receipt_json(receipt: ErasureReceipt) -> str:
    told = {
        "id": receipt.id,
        "at": iso(receipt.at),
        "approved_by": receipt.actor_id,
        "kind": receipt.kind,
        "before": iso(receipt.before) if receipt.before else None,
        "counts": receipt.counts,
    }
    return json.dumps(told, ensure_ascii=False, indent=1)


ROUTES: list[tuple[str, type[RequestHandler]]] = [
    (r"/privacy/requests", Requests),
    (r"/privacy/requests/(k-[a-z0-9]+)", Request),
    (r"/privacy/requests/(k-[a-z0-9]+)/erase", RequestErase),
    (r"/privacy/retention", Retention),
    (r"/privacy/retention/([a-z_]+)\.json", RetentionExport),
    (r"/privacy/receipts/(z-[a-z0-9]+)(\.json)?", Receipt),
    (r"/privacy/processing(?:\.(csv|json))?", ProcessingPage),
]
