"""Files hold exactly what the pages show, and the large ones come, expire and fail clearly."""

import asyncio
import csv
import io
import json
import stat
import time
from collections.abc import AsyncIterator, Callable, Sequence
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from motesklar.accounts.sight import Sight
from motesklar.errors import BadRequest, NotFound
from motesklar.i18n import load_languages
from motesklar.review.completion import Cell, Line, State
from motesklar.review.exports import KEPT_FOR, Exports, JobState, OthersNow
from motesklar.review.filters import Filter
from motesklar.review.manager import PAGE_SIZE
from motesklar.review.table_files import TableWords, csv_text, json_text, text_of, write_xlsx
from motesklar.store.models import Person, Role
from motesklar.store.review_tables import CompletionRow, ExportJob
from tests.review.conftest import GRADED, NOON, READ, Office

pytestmark = pytest.mark.slow

MODULES = (*GRADED, READ)
ENGLISH = load_languages()["en"]
ALL = Sight(everybody=True)
#: What people are called, also those who want to be a formula.
NAMES = st.text(
    st.characters(exclude_categories=("Cs", "Cc")) | st.sampled_from("=+-@\"';,åÄö"),
    min_size=1,
    max_size=20,
)


def words(*, left: bool = False) -> TableWords:
    return TableWords(ENGLISH, MODULES, left=left)


def csv_rows(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""), delimiter=";"))


def plain(cell: str) -> str:
    """A cell of the file as it stands on the page."""
    return cell[1:] if cell[:2] in {f"'{sign}" for sign in "=+-@\t\r\n"} else cell


def xlsx_rows(path: Path) -> list[list[str]]:
    sheet = load_workbook(path).active
    return [[cell or "" for cell in row] for row in sheet.iter_rows(values_only=True)]


def fill(office: Office, people: Sequence[tuple[str, str, Sequence[State | None]]]) -> None:
    """People with the states of their modules; None is no row."""
    with office.database.transaction() as session:
        session.query(Person).delete()
        for number, (name, department, states) in enumerate(people):
            person = Person(id=f"p-{number:05}", name=name, department=department)
            session.add(person)
            session.flush()
            for module, state in zip(MODULES, states, strict=True):
                if state is not None:
                    session.add(
                        CompletionRow(
                            person_id=person.id,
                            module=module,
                            state=state.value,
                            earned=state.value,
                            at=NOON + timedelta(days=number % 5),
                            version="0123456789",
                            share=1.0,
                            enough=True,
                        )
                    )


def screen(office: Office, chosen: Filter) -> list[Line]:
    """What all pages show, one after the other."""
    first = office.review.page(chosen, ALL)
    rest = [office.review.page(chosen, ALL, n) for n in range(2, first.pages + 1)]
    return [line for page in (first, *rest) for line in page.lines]


@settings(
    max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
@given(
    people=st.lists(
        st.tuples(
            NAMES,
            st.sampled_from(["Vård", "Kultur", "=SUM(A1)"]),
            st.tuples(*[st.sampled_from([None, *State])] * 3),
        ),
        max_size=PAGE_SIZE + 10,
    ),
    chosen=st.builds(
        Filter,
        department=st.sampled_from(["", "Vård", "=SUM(A1)"]),
        show=st.sampled_from(
            ["", "all:done", "all:not-done", f"{GRADED[0]}:done", f"{READ}:not-yet"]
        ),
        sort=st.sampled_from(["name", "-name", "department", "-done", GRADED[1], f"-{READ}"]),
        q=st.sampled_from(["", "a", "%", "å"]),
    ),
)
def test_every_file_holds_exactly_what_all_pages_show(
    office: Office, people: list[tuple[str, str, list[State | None]]], chosen: Filter
) -> None:
    fill(office, people)
    shown = screen(office, chosen)
    people_in_order = office.review.chosen(chosen, ALL)
    table = [words().row(line) for line in shown]
    text = "".join(csv_text(words(), office.review.lines(people_in_order)))
    assert [[plain(cell) for cell in row] for row in csv_rows(text)[1:]] == table
    told = json.loads("".join(json_text(MODULES, office.review.lines(people_in_order), left=False)))
    assert [(one["name"], one["department"], one["done"]) for one in told] == [
        (line.name, line.department, line.done) for line in shown
    ]
    assert [[m["state"] for m in one["modules"].values()] for one in told] == [
        [cell.state.value for cell in line.cells] for line in shown
    ]
    path = Path(office.reader.path).with_name("table.xlsx")
    write_xlsx(words(), office.review.lines(people_in_order), path)
    assert xlsx_rows(path)[1:] == table


def test_no_cell_of_a_file_is_a_formula(tmp_path: Path) -> None:
    lines = [Line("p-1", "=1+1", "@SUM(A1)", (Cell(State.DONE, NOON, "v", "-2"),))]
    table = TableWords(ENGLISH, ["=A1"], left=False)
    for row in csv_rows("".join(csv_text(table, lines))):
        assert not any(cell.startswith(("=", "+", "-", "@")) for cell in row)
    write_xlsx(table, lines, tmp_path / "table.xlsx")
    sheet = load_workbook(tmp_path / "table.xlsx").active
    assert {cell.data_type for row in sheet.iter_rows() for cell in row} == {"s"}
    assert sheet["A2"].value == "=1+1"


def test_a_workbook_survives_characters_that_excel_forbids(tmp_path: Path) -> None:
    lines = [Line("p-1", "A\x0bda", "", (Cell(State.NOT_YET),))]
    write_xlsx(TableWords(ENGLISH, ["One"], left=False), lines, tmp_path / "table.xlsx")
    assert xlsx_rows(tmp_path / "table.xlsx")[1][0] == "Ada"


def test_a_file_of_nobody_has_its_head_and_is_valid() -> None:
    assert len(csv_rows("".join(csv_text(words(), [])))) == 1
    assert json.loads("".join(json_text(MODULES, [], left=False))) == []


def test_a_long_table_is_handed_on_in_parts_that_are_small() -> None:
    line = Line("p-1", "Ada Berg", "Vård", (Cell(State.DONE, NOON, "1234567", "Rut"),) * 3)
    for kind in ("csv", "json"):
        parts = [len(part) for part in text_of(kind, words(), MODULES, (line for _ in range(5000)))]
        assert len(parts) > 5
        assert max(parts) < 100_000


class Clock:
    """Time that moves only when told."""

    def __init__(self) -> None:
        self.time = NOON

    def __call__(self) -> datetime:
        return self.time


class Desk:
    """Exports of an office."""

    def __init__(self, office: Office) -> None:
        self.office = office
        self.clock = Clock()
        self.folder = office.reader.path.parent / "exports"
        self.exports = self.make()
        with office.database.transaction() as session:
            reviewer = Person(name="Rut", role=Role.REVIEWER, sees=["*"])
            session.add(reviewer)
            session.flush()
            self.reviewer = reviewer.id

    def make(self) -> Exports:
        office = self.office
        return Exports(office.database, office.review, load_languages(), self.folder, self.clock)

    def ask(self, kind: str = "csv", chosen: Filter | None = None) -> str:
        return self.exports.ask(self.reviewer, kind, chosen or Filter(), "en")

    def state(self, job: str) -> JobState:
        return self.exports.get(job, self.reviewer).state


async def until(true: Callable[[], object]) -> None:
    deadline = time.monotonic() + 60
    while not true():
        assert time.monotonic() < deadline, "it never came true"
        await asyncio.sleep(0.02)


@pytest.fixture
async def desk(office: Office) -> AsyncIterator[Desk]:
    desk = Desk(office)
    desk.exports.start()
    yield desk
    await desk.exports.close()


async def test_a_large_table_is_written_in_the_background_for_its_owner_alone(desk: Desk) -> None:
    for number in range(1200):
        desk.office.person(f"Person {number:04}")
    job = desk.ask()
    assert {desk.ask() for _ in range(100)} == {job}
    await until(lambda: desk.state(job) is JobState.READY)
    view = desk.exports.get(job, desk.reviewer)
    assert (view.rows_done, view.rows_total) == (1201, 1201)
    path = desk.exports.file(job, desk.reviewer)
    assert len(csv_rows(path.read_text(encoding="utf-8"))) == 1202
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(desk.folder.stat().st_mode) == 0o700
    with pytest.raises(NotFound):
        desk.exports.get(job, "p-other")


@pytest.mark.parametrize("kind", ["csv", "xlsx", "json"])
async def test_every_kind_can_be_asked_for_and_no_other(desk: Desk, kind: str) -> None:
    job = desk.ask(kind)
    await until(lambda: desk.state(job) is JobState.READY)
    assert desk.exports.file(job, desk.reviewer).suffix == f".{kind}"
    with pytest.raises(BadRequest):
        desk.ask("exe")


async def test_a_link_expires_and_its_file_is_removed(desk: Desk) -> None:
    job = desk.ask()
    await until(lambda: desk.state(job) is JobState.READY)
    desk.clock.time += KEPT_FOR
    with pytest.raises(NotFound):
        desk.exports.file(job, desk.reviewer)
    desk.exports.sweep()
    assert list(desk.folder.iterdir()) == []
    with desk.office.database.transaction() as session:
        assert session.query(ExportJob).count() == 0


async def test_what_cannot_be_written_has_failed_and_can_be_asked_for_again(desk: Desk) -> None:
    desk.folder.rmdir()  # as if the disk refused
    job = desk.ask()
    await until(lambda: desk.state(job) is JobState.FAILED)
    with pytest.raises(NotFound):
        desk.exports.file(job, desk.reviewer)
    desk.folder.mkdir()
    again = desk.ask()
    assert again != job
    await until(lambda: desk.state(again) is JobState.READY)


async def test_a_restart_leaves_no_file_and_says_that_what_was_under_way_failed(desk: Desk) -> None:
    ready = desk.ask()
    await until(lambda: desk.state(ready) is JobState.READY)
    with desk.office.database.transaction() as session:
        session.add(
            ExportJob(
                id="x-under-way",
                person_id=desk.reviewer,
                kind="csv",
                query="",
                language="sv",
                state=JobState.RUNNING.value,
                expires_at=NOON + KEPT_FOR,
            )
        )
    after = desk.make()
    after.start()
    try:
        assert after.get("x-under-way", desk.reviewer).state is JobState.FAILED
        with pytest.raises(NotFound):
            after.get(ready, desk.reviewer)
        assert list(desk.folder.iterdir()) == []
    finally:
        await after.close()


async def test_the_file_holds_nobody_whom_its_owner_may_no_longer_see(desk: Desk) -> None:
    desk.office.person("Ada", "Vård")
    with desk.office.database.transaction() as session:
        session.get_one(Person, desk.reviewer).sees = []
    job = desk.ask()
    await until(lambda: desk.state(job) is JobState.READY)
    path = desk.exports.file(job, desk.reviewer)
    assert "Ada" not in path.read_text(encoding="utf-8")


def narrow(desk: Desk, *departments: str) -> None:
    with desk.office.database.transaction() as session:
        session.get_one(Person, desk.reviewer).sees = list(departments)


async def test_a_finished_file_is_not_handed_out_once_its_owner_sees_less(desk: Desk) -> None:
    desk.office.person("Ada", "Vård")
    desk.office.person("Bo", "Kultur")
    job = desk.ask()
    await until(lambda: desk.state(job) is JobState.READY)
    assert desk.exports.file(job, desk.reviewer).exists()
    narrow(desk, "Kultur")
    with pytest.raises(OthersNow):
        desk.exports.file(job, desk.reviewer)
    assert list(desk.folder.iterdir()) == []
    narrow(desk, "*")
    with pytest.raises(NotFound):
        desk.exports.file(job, desk.reviewer)
    again = desk.ask()
    await until(lambda: desk.state(again) is JobState.READY)
    assert "Ada" in desk.exports.file(again, desk.reviewer).read_text(encoding="utf-8")


async def test_a_finished_file_is_not_handed_out_once_somebody_in_it_has_moved(desk: Desk) -> None:
    narrow(desk, "Vård")
    ada = desk.office.person("Ada", "Vård")
    job = desk.ask()
    await until(lambda: desk.state(job) is JobState.READY)
    with desk.office.database.transaction() as session:
        session.get_one(Person, ada).department = "Kultur"
    with pytest.raises(OthersNow):
        desk.exports.file(job, desk.reviewer)


async def test_a_file_of_more_departments_than_before_is_handed_out_as_it_is(desk: Desk) -> None:
    narrow(desk, "Vård")
    desk.office.person("Ada", "Vård")
    job = desk.ask()
    await until(lambda: desk.state(job) is JobState.READY)
    narrow(desk, "*")
    assert desk.exports.file(job, desk.reviewer).exists()


async def test_a_file_goes_with_somebody_in_it_who_is_erased(desk: Desk) -> None:
    ada = desk.office.person("Ada", "Vård")
    job = desk.ask()
    await until(lambda: desk.state(job) is JobState.READY)
    desk.exports.forget("p-somebody-else")
    assert desk.exports.file(job, desk.reviewer).exists()
    desk.exports.forget(ada)
    assert list(desk.folder.iterdir()) == []
    assert desk.state(job) is JobState.FAILED


async def test_a_file_that_is_being_written_ends_with_somebody_who_is_erased(desk: Desk) -> None:
    people = [desk.office.person(f"Person {number:05}") for number in range(3000)]
    job = desk.ask()
    await until(lambda: desk.exports.get(job, desk.reviewer).rows_total)
    desk.exports.forget(people[0])
    await until(lambda: desk.state(job) not in (JobState.WAITING, JobState.RUNNING))
    await until(lambda: not list(desk.folder.iterdir()))
    assert desk.state(job) is JobState.FAILED
