"""Planning: a leader's workshops, a new one, its run sheet to change, and models as files."""

from collections.abc import Mapping

from pydantic import ValidationError
from tornado.web import RequestHandler

from motesklar.course import Course
from motesklar.errors import MotesklarError
from motesklar.web.access import Access
from motesklar.workshops.board.messages import step_title
from motesklar.workshops.handlers import WorkshopHandler
from motesklar.workshops.manager import TITLE_MAX, BadTitle, UnknownModule, WorkshopView
from motesklar.workshops.sheet.edit import BadSheet, edited_sheet
from motesklar.workshops.sheet.files import BadModel, load_models, read_model, write_model
from motesklar.workshops.sheet.plan import PEOPLE_MAX, PLACE_MAX, BadPlan, read_plan
from motesklar.workshops.sheet.sheet import (
    ITEMS_MAX,
    MINUTES_MAX,
    ItemKind,
    SheetItem,
    SheetModel,
    in_language,
)

#: How the form's choice names a model, and an earlier workshop whose run sheet is copied.
_MODEL, _COPY = "model:", "copy:"
_FIELDS = ("title", "what", "starts", "place", "capacity", "account_goal")


class PlanHandler(WorkshopHandler):
    """What the pages below have in common."""

    access = Access.LEADER

    def models(self) -> Mapping[str, SheetModel]:
        """The models that can be chosen."""
        return load_models(self.services.course, self.services.overlay)

    def words(self, value: object) -> str:
        """A model's words in the reader's language."""
        return str(in_language(value, self.language))


class WorkshopList(PlanHandler):
    """`GET /workshops`, `POST /workshops`: the leader's workshops, and a new one."""

    def get(self) -> None:
        """Show them."""
        self._show({}, None)

    def post(self) -> None:
        """Make a workshop and open its board."""
        typed = {name: self.field(name) for name in _FIELDS}
        try:
            sheet, module = self._chosen(typed["what"])
            plan = read_plan(
                sheet,
                starts=typed["starts"],
                place=typed["place"],
                capacity=typed["capacity"],
                account_goal=typed["account_goal"],
            )
            title = typed["title"]
            made = self.services.workshops.create(self.person.person_id, title, module, plan)
        except BadTitle as error:
            self._show(typed, self.told(error, "title"))
        except (UnknownModule, BadModel) as error:
            self._show(typed | {"what": ""}, self.told(error, "what"))
        except BadPlan as error:
            self._show(typed, self.told(error, "starts"))
        else:
            self.go(f"/workshops/{made.id}")

    def _chosen(self, what: str) -> tuple[tuple[SheetItem, ...], str]:
        """The run sheet that was chosen, or no sheet and the part of the course."""
        course = self.services.course
        first = course.modules[0].name
        if sent := self.request.files.get("file"):
            return read_model(sent[0]["body"]).sheet(self.language), first
        if what.startswith(_COPY):
            workshop = self.services.workshops.get(what.removeprefix(_COPY), self.person)
            return workshop.plan.sheet, workshop.module
        if what.startswith(_MODEL):
            model = self.models().get(what.removeprefix(_MODEL))
            if model is None:
                raise UnknownModule
            return model.sheet(self.language), first
        return (), what

    def _show(self, typed: Mapping[str, str], error: dict[str, str] | None) -> None:
        workshops = self.services.workshops.list_of(self.person)
        self.render_page(
            "workshops/list.html",
            workshops=workshops,
            models=[(_MODEL + name, model) for name, model in self.models().items()],
            copies=[(_COPY + one.id, one.title) for one in workshops if one.plan.sheet],
            modules=[(m.name, self.module_title(m.name)) for m in self.services.course.modules],
            words=self.words,
            module_title=self.module_title,
            moment=self.moment,
            typed={name: typed.get(name, "") for name in _FIELDS},
            limits={"title": TITLE_MAX, "place": PLACE_MAX, "people": PEOPLE_MAX},
            error=error,
        )


class PlanPage(PlanHandler):
    """`GET /workshops/<id>/plan`, `POST …`: the run sheet, to be changed until it begins."""

    def get(self, workshop_id: str) -> None:
        """Show it."""
        workshop = self.services.workshops.get(workshop_id, self.person)
        self._show(workshop, workshop.plan.sheet, None)

    def post(self, workshop_id: str) -> None:
        """Do what the pressed button says, and save."""
        workshop = self.services.workshops.get(workshop_id, self.person)
        fields = {
            name: [one.decode("utf-8", "replace") for one in values]
            for name, values in self.request.body_arguments.items()
        }
        try:
            sheet = edited_sheet(fields)
            self.services.workshops.running.change_sheet(workshop_id, sheet, self.person)
        except (BadSheet, ValidationError) as error:
            wrong = error if isinstance(error, MotesklarError) else BadSheet()
            self._show(workshop, workshop.plan.sheet, self.told(wrong, "sheet"))
            return
        saved = self.field("action") == "save"
        self.go(f"/workshops/{workshop_id}" if saved else f"/workshops/{workshop_id}/plan")

    def _show(
        self, workshop: WorkshopView, sheet: tuple[SheetItem, ...], error: dict[str, str] | None
    ) -> None:
        self.render_page(
            "workshops/plan.html",
            workshop=workshop,
            sheet=sheet,
            minutes=sum(item.minutes for item in sheet),
            kinds=list(ItemKind),
            places=self._places(self.services.course),
            limits={"items": ITEMS_MAX, "minutes": MINUTES_MAX},
            error=error,
        )

    def _places(self, course: Course) -> list[tuple[str, list[tuple[str, str]]]]:
        """Module titles with `(module/step, heading)` of all there is to go to."""
        language = self.language
        return [
            (
                self.module_title(module.name),
                [(f"{module.name}/", self.translation.gettext("All of it"))]
                + [
                    (f"{module.name}/{step.id}", step_title(course, module.name, step.id, language))
                    for step in module.steps
                ],
            )
            for module in course.modules
        ]


class ModelFile(PlanHandler):
    """`GET /workshops/<id>/model.toml`: the run sheet as a model, to be shared as a file."""

    def get(self, workshop_id: str) -> None:
        """Send the file."""
        workshop = self.services.workshops.get(workshop_id, self.person)
        people = workshop.plan.capacity or max(workshop.people, 1)
        self.set_header("Content-Type", "application/toml; charset=utf-8")
        self.set_header("Content-Disposition", 'attachment; filename="workshop.toml"')
        self.finish(write_model(workshop.title, people, workshop.plan.sheet))


_WORKSHOP = r"(w-[a-z0-9]{1,18})"

ROUTES: list[tuple[str, type[RequestHandler]]] = [
    (r"/workshops", WorkshopList),
    (rf"/workshops/{_WORKSHOP}/plan", PlanPage),
    (rf"/workshops/{_WORKSHOP}/model\.toml", ModelFile),
]
