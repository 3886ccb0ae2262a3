"""What the adoption page says in a language: its sentences' parts and its tables."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from babel.dates import format_date
from babel.numbers import format_decimal

from motesklar.adoption.funnel import Funnel, Stage
from motesklar.adoption.manager import Overview
from motesklar.adoption.tables import Cell, Table
from motesklar.i18n import N_

STAGES: Mapping[Stage, str] = {
    Stage.INVITED: N_("Invited to the course"),
    Stage.TESTED: N_("Have tested their equipment"),
    Stage.CALLED: N_("Have been in a practice call"),
    Stage.ACCOUNT: N_("Have an account"),
    Stage.ACTIVE: N_("Use their account"),
}


class Words:
    """Numbers, days and tables in a language.

    Args:
        translation: of the visitor's language.
        locale: its code.
    """

    def __init__(self, translation: Any, locale: str) -> None:
        self.gettext = translation.gettext
        self.locale = locale

    def number(self, value: float) -> str:
        """A whole number with its thousands apart."""
        told: str = format_decimal(round(value), locale=self.locale)
        return told

    def percent(self, share: float) -> str:
        """A share in whole percent."""
        return f"{round(share * 100)}\u00a0%"

    def day(self, day: date) -> str:
        """A day as people write it."""
        told: str = format_date(day, "d MMM y", locale=self.locale)
        return told

    def month(self, day: date, *, year: bool = True) -> str:
        """A month by its name, with its year."""
        told: str = format_date(day, "LLLL y" if year else "LLLL", locale=self.locale)
        return told

    def stage(self, stage: Stage) -> str:
        """A stage of the way."""
        return str(self.gettext(STAGES[stage]))

    def tables(self, view: Overview) -> dict[str, Table]:
        """All tables that there is something in, in the order of the page."""
        made = [
            self._trend(view),
            self._departments(view),
            self._funnel(view),
            self._travel(view),
            self._workshops(view),
        ]
        return {table.name: table for table in made if table.rows}

    def _table(
        self, name: str, title: str, header: tuple[str, ...], rows: list[tuple[Cell, ...]]
    ) -> Table:
        gettext = self.gettext
        return Table(name, gettext(title), tuple(gettext(word) for word in header), tuple(rows))

    def _trend(self, view: Overview) -> Table:
        header = (N_("Day"), N_("Accounts"), N_("Active"), N_("Goal"))
        rows: list[tuple[Cell, ...]] = [
            (one.day.isoformat(), one.registered, one.active, view.goal.goal)
            for one in view.goal.points
        ]
        return self._table("trend", N_("Accounts day by day"), header, rows)

    def _departments(self, view: Overview) -> Table:
        header = (
            N_("Department"),
            N_("People"),
            N_("Accounts"),
            N_("Active"),
            N_("More than in the first list"),
        )
        rows: list[tuple[Cell, ...]] = [
            (one.name, one.people, one.registered, one.active, one.since_first)
            for one in view.departments
        ]
        return self._table("departments", N_("Accounts by department"), header, rows)

    def _funnel(self, view: Overview) -> Table:
        header = (N_("How far"), N_("People"), N_("Percent of those invited"))
        funnel = view.funnel
        rows: list[tuple[Cell, ...]] = (
            [
                (self.stage(stage), count, _percent(funnel, count))
                for stage, count in funnel.counts.items()
            ]
            if funnel
            else []
        )
        return self._table("way", N_("How far people have come"), header, rows)

    def _travel(self, view: Overview) -> Table:
        saved = view.saved
        if saved is None:
            return self._table("travel", N_("Saved travel"), (), [])
        told = (
            (N_("Meetings on the web instead of a trip"), saved.meetings),
            (N_("Hours of travelling"), saved.hours),
            (N_("Kronor for working time"), saved.work_kronor),
            (N_("Kronor for driving"), saved.travel_kronor),
            (N_("Kilograms of carbon dioxide"), saved.kg_co2),
            (N_("People who have told"), saved.tellers),
            (N_("Answers"), saved.answers),
        )
        rows: list[tuple[Cell, ...]] = [
            (self.gettext(what), round(number)) for what, number in told
        ]
        return self._table("travel", N_("Saved travel"), (N_("What"), N_("Number")), rows)

    def _workshops(self, view: Overview) -> Table:
        held = view.workshops
        rows: list[tuple[Cell, ...]] = (
            [
                (self.gettext(N_("Workshops held")), held.held),
                (self.gettext(N_("Participants in them")), held.came),
            ]
            if held.held
            else []
        )
        return self._table("workshops", N_("Workshops"), (N_("What"), N_("Number")), rows)


def _percent(funnel: Funnel, count: int) -> int | None:
    """Of those invited; nothing where the count holds others as well."""
    return round(count / funnel.invited * 100) if 0 < funnel.invited >= count else None
