"""The reviewer's page and file in a running course, with rows in its own gradebook."""

import csv
import io
import re
from datetime import datetime
from html import unescape
from uuid import uuid4

import httpx
import pytest
from nbgrader.api import Gradebook
from sqlalchemy import select

from motesklar.store.models import AuditEntry, Role
from tests.conftest import RunningCourse
from tests.workshops.hall import newcomer

pytestmark = pytest.mark.slow

MODULE = "01-why-meet-online"
Row = tuple[str, ...]


class Department:
    """A department of its own: one is done, one not all right yet, one has handed in nothing."""

    def __init__(self, course: RunningCourse) -> None:
        self.course = course
        self.name = f"Förvaltning {uuid4().hex[:6]}"
        reviewer = newcomer(course, "Rut Rektor", Role.REVIEWER)
        self.reviewer, self.reviewer_id = reviewer.client, reviewer.person_id
        self.people = [
            course.person(name, department=self.name) for name in ("Ärla", "=1+1", "Bo; Ek")
        ]
        with Gradebook(course.data.gradebook_url) as gradebook:
            self.hand_in(gradebook, self.people[0], right=True)
            self.hand_in(gradebook, self.people[1], right=False)

    def hand_in(self, gradebook: Gradebook, person: str, *, right: bool) -> None:
        gradebook.update_or_create_student(person)
        at = datetime(2026, 11, 2, 11, 0)
        with gradebook.db.no_autoflush:
            submission = gradebook.update_or_create_submission(MODULE, person, timestamp=at)
        for grade in submission.notebooks[0].grades:
            grade.auto_score = grade.max_score if right else 0
            grade.needs_manual_grade = False
        gradebook.db.commit()

    def get(self, path: str = "/review", **query: str) -> httpx.Response:
        return self.reviewer.get(path, params={"department": self.name} | query)

    def rows(self, **query: str) -> list[Row]:
        return rows_of(self.get(**query).text)

    def file(self, **query: str) -> list[Row]:
        return file_rows(self.get("/review.csv", **query))


def rows_of(page: str) -> list[Row]:
    """What the table shows: name, department, then state and ISO date of each module."""
    body = page.partition("<tbody>")[2].partition("</tbody>")[0]
    rows = []
    for row in re.findall(r"<tr>(.*?)</tr>", body, re.DOTALL):
        name = re.search(r'<th scope="row">(.*?)</th>', row)
        department = re.search(r"<td>(.*?)</td>", row)
        assert name, row
        assert department, row
        cells = [name[1], department[1]]
        for cell in re.findall(r'<td data-state="[^"]+">(.*?)</td>', row, re.DOTALL):
            state, date = (
                re.search(r"<span[^>]*>(.*?)</span>", cell),
                re.search(r'datetime="(.*?)"', cell),
            )
            assert state, cell
            cells += [state[1], date[1] if date else ""]
        rows.append(tuple(unescape(text) for text in cells))
    return rows


def file_rows(answer: httpx.Response) -> list[Row]:
    text = answer.content.decode("utf-8-sig")
    return [tuple(r) for r in csv.reader(io.StringIO(text, newline=""), delimiter=";")][1:]


@pytest.fixture(scope="module")
def department(course: RunningCourse) -> Department:
    return Department(course)


def test_the_page_shows_state_and_date_as_the_gradebook_has_them(department: Department) -> None:
    shown = {row[0]: row[2:4] for row in department.rows()}
    assert shown == {
        "=1+1": ("Inlämnad, men allt är inte rätt ännu", "2026-11-02"),
        "Bo; Ek": ("Inte än", ""),
        "Ärla": ("Klart", "2026-11-02"),
    }
    page = department.get().text
    assert "2 nov. 2026" in page
    assert "3 personer" in page
    assert "Ladda ner som tabell, 3 rader" in page


def test_dates_and_words_are_in_the_readers_language(department: Department) -> None:
    page = department.reviewer.get(
        "/review",
        params={"department": department.name},
        headers={"Cookie": cookies(department.reviewer) + "; motesklar_language=en"},
    ).text
    assert "Nov 2, 2026" in page
    assert "Handed in, not all right yet" in page


@pytest.mark.parametrize(
    "query",
    [
        {},
        {"sort": "-name"},
        {"show": f"{MODULE}:done"},
        {"show": f"{MODULE}:handed-in"},
        {"show": f"{MODULE}:not-yet", "sort": "-name"},
        {"show": "all:done"},
        {"show": "all:not-done"},
    ],
)
def test_the_file_holds_exactly_the_rows_that_are_shown(
    department: Department, query: dict[str, str]
) -> None:
    shown = [
        (("'" + row[0]) if row[0].startswith("=") else row[0], *row[1:])
        for row in department.rows(**query)
    ]
    assert department.file(**query) == shown


def test_filters_choose_and_the_links_keep_them(department: Department) -> None:
    page = department.get(show=f"{MODULE}:done").text
    assert [row[0] for row in rows_of(page)] == ["Ärla"]
    link = unescape(re.search(r'href="(/review\.csv\?[^"]+)"', page)[1])  # type: ignore[index]
    assert [row[0] for row in file_rows(department.reviewer.get(link))] == ["Ärla"]
    turned = unescape(re.search(r'<a href="(/review\?[^"]*sort=-name[^"]*)"', page)[1])  # type: ignore[index]
    assert 'aria-sort="descending"' in department.reviewer.get(turned).text
    assert rows_of(department.reviewer.get(turned).text) == rows_of(page)


def test_all_pages_are_in_the_file(department: Department) -> None:
    many = f"Stor {uuid4().hex[:6]}"
    for number in range(53):
        department.course.person(f"Person {number:02}", department=many)
    first = department.reviewer.get("/review", params={"department": many}).text
    second = department.reviewer.get("/review", params={"department": many, "page": "2"}).text
    assert (len(rows_of(first)), len(rows_of(second))) == (50, 3)
    file = file_rows(department.reviewer.get("/review.csv", params={"department": many}))
    assert file == rows_of(first) + rows_of(second)
    assert "page=2" in first


def test_the_file_opens_in_excel(department: Department) -> None:
    answer = department.get("/review.csv")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert "attachment" in answer.headers["content-disposition"]
    assert answer.headers["cache-control"] == "no-store"
    assert answer.content.startswith(b"\xef\xbb\xbfNamn;Avdelning;")


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ({"department": "Raketer"}, 400),
        ({"show": "99-unknown:done"}, 400),
        ({"page": "0"}, 404),
        ({"page": "2"}, 404),
        ({"page": "x"}, 400),
        ({"page": "²"}, 400),
        ({"page": "9" * 40}, 400),
    ],
)
def test_forged_addresses_are_refused(
    department: Department, query: dict[str, str], status: int
) -> None:
    assert department.get(**query).status_code == status


def test_nobody_but_reviewers_and_administrators_sees_it(course: RunningCourse) -> None:
    for role, status in (
        (Role.LEARNER, 403),
        (Role.LEADER, 403),
        (Role.REVIEWER, 200),
        (Role.ADMINISTRATOR, 200),
    ):
        client = newcomer(course, "Någon", role).client
        assert client.get("/review").status_code == status
        assert client.get("/review.csv").status_code == status


def test_looking_and_exporting_are_logged_without_names(department: Department) -> None:
    someone = newcomer(department.course, "Rut Rektor", Role.REVIEWER)
    query = {"department": department.name, "show": f"{MODULE}:done"}
    someone.client.get("/review", params=query)
    someone.client.get("/review.csv", params=query)
    someone.client.get("/review", params=query | {"page": "7"})
    with department.course.database().transaction() as session:
        entries = session.scalars(
            select(AuditEntry).where(AuditEntry.actor_id == someone.person_id)
        ).all()
    assert [entry.action for entry in entries] == ["review viewed", "review exported"]
    assert all("Ärla" not in entry.subject for entry in entries)
    assert f"show={MODULE}:done" in entries[0].subject


def cookies(client: httpx.Client) -> str:
    return "; ".join(f"{name}={value}" for name, value in client.cookies.items())
