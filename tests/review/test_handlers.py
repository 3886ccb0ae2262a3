"""The reviewer's page and file in a running course, with rows in its own gradebook."""

import csv
import io
import re
import time
from datetime import datetime
from html import unescape
from urllib.parse import urlencode
from uuid import uuid4

import httpx
import pytest
from nbgrader.api import Gradebook
from openpyxl import load_workbook
from sqlalchemy import select

from motesklar.accounts.sight import Sight
from motesklar.config import load_settings
from motesklar.paths import shipped_settings
from motesklar.review.planning import Planning
from motesklar.review.plans import PlanForm
from motesklar.store.models import AuditEntry, Person, Role
from tests.conftest import RunningCourse
from tests.workshops.hall import newcomer

pytestmark = pytest.mark.slow

MODULE = "01-why-meet-online"
STATES = {"Klart", "Inlämnad, men allt är inte rätt ännu", "Inte än"}
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
    """What the table shows: name, department, how many are done, then four cells of each module."""
    body = page.partition("<tbody>")[2].partition("</tbody>")[0]
    rows = []
    for row in re.findall(r"<tr>(.*?)</tr>", body, re.DOTALL):
        head = re.search(
            r'<th scope="row"><a href="/review/people/[^"]+">(.*?)</a></th>\s*<td>(.*?)</td>\s*'
            r'<td class="number">(\d+)</td>',
            row,
        )
        assert head, row
        cells = list(head.groups())
        for cell in re.findall(r'<td data-state="[^"]+">(.*?)</td>', row, re.DOTALL):
            for part in (
                r'<span class="badge[^>]*>(.*?)</span>',
                r'datetime="(.*?)"',
                r'review-table__version">(.*?)</span>',
                r'review-table__by">(.*?)</span>',
            ):
                found = re.search(part, cell)
                cells.append(found[1] if found else "")
        rows.append(tuple(unescape(text) for text in cells))
    return rows


def file_rows(answer: httpx.Response) -> list[Row]:
    text = answer.content.decode("utf-8-sig")
    return [tuple(r) for r in csv.reader(io.StringIO(text, newline=""), delimiter=";")][1:]


@pytest.fixture(scope="module")
def department(course: RunningCourse) -> Department:
    department = Department(course)
    # nbgrader's tables were written behind the server's back: it notices by itself, perhaps in the
    # middle of it at first
    deadline = time.monotonic() + 90
    while STATES - {state for row in department.rows() for state in row}:
        assert time.monotonic() < deadline, "what stock nbgrader wrote never showed"
        time.sleep(0.2)
    return department


def test_the_page_shows_state_and_date_as_the_gradebook_has_them(department: Department) -> None:
    first = 3 + 4 * load_settings(shipped_settings()).course.modules.index(MODULE)
    shown = {row[0]: row[first : first + 2] for row in department.rows()}
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
    assert answer.content.startswith(b"\xef\xbb\xbfNamn;Avdelning;Klara delar;")


def test_a_workbook_and_json_hold_the_same_people(department: Department) -> None:
    shown = [row[:3] for row in department.rows()]
    answer = department.get("/review.xlsx")
    sheet = load_workbook(io.BytesIO(answer.content)).active
    assert [tuple(row[:3]) for row in sheet.iter_rows(min_row=2, values_only=True)] == shown
    told = department.get("/review.json").json()
    assert [(one["name"], one["department"], str(one["done"])) for one in told] == shown
    assert told[2]["modules"][MODULE]["state"] == "done"


def test_another_departments_people_are_nowhere(department: Department) -> None:
    course = department.course
    with course.database().transaction() as session:
        reviewer = Person(name="Rut", role=Role.REVIEWER, department="En annan")
        session.add(reviewer)
        session.flush()
        reviewer_id = reviewer.id
    client = course.client(reviewer_id)
    for path in ("/review", "/review.csv", "/review.json"):
        assert client.get(path, params={"department": department.name}).status_code == 400
        answer = client.get(path, params={"q": "Bo; Ek"})
        assert answer.status_code == 200
        assert department.people[2] not in answer.text
    assert rows_of(client.get("/review", params={"q": "Bo; Ek"}).text) == []
    assert client.get("/review.json").json() == [
        one for one in client.get("/review.json").json() if one["department"] == "En annan"
    ]
    assert department.name not in client.get("/review/plans").text


def test_a_plan_makes_people_late_until_it_ends(department: Department) -> None:
    client = department.reviewer
    plan = {
        "title": f"Plan för {department.name}",
        "who": "departments",
        "department": department.name,
        "module": MODULE,
        "due": "2026-11-01",
    }
    wrong = client.post("/review/plans", data=plan | {"due": "snart"})
    assert wrong.status_code == 400
    assert "Datumet går inte att läsa" in wrong.text
    assert plan["title"] in wrong.text
    for left_out in ("title", "who", "department", "module"):
        assert client.post("/review/plans", data=plan | {left_out: ""}).status_code == 400
    assert client.post("/review/plans", data=plan).status_code == 303
    page = client.get("/review/plans").text
    plan_id = re.findall(r'href="/review/plans/(l-[a-z0-9]+)"[^>]*' + plan["title"], page)[0]
    start = client.get("/review").text
    link = unescape(re.search(rf'href="(/review\?plan={plan_id}[^"]*)"', start)[1])  # type: ignore[index]
    late = [row[0] for row in rows_of(client.get(link).text)]
    assert late == ["=1+1", "Bo; Ek"]
    changed = plan | {"title": "Ny", "due": "2099-01-01"}
    assert client.post(f"/review/plans/{plan_id}", data=changed).status_code == 303
    assert rows_of(client.get(link).text) == []
    assert client.post(f"/review/plans/{plan_id}/end").status_code == 303
    assert client.get(f"/review/plans/{plan_id}").status_code == 404
    assert client.get(link).status_code == 400


def test_a_plan_is_changed_only_by_whoever_sees_all_its_people(department: Department) -> None:
    course = department.course
    plans = Planning(course.database())
    form = PlanForm("Hela kommunen", True, (), "", (MODULE,), None)
    plan_id = plans.create(form, department.reviewer_id)
    with course.database().transaction() as session:
        reviewer = Person(name="Rut", role=Role.REVIEWER, department=department.name)
        session.add(reviewer)
        session.flush()
        reviewer_id = reviewer.id
    client = course.client(reviewer_id)
    assert client.get(f"/review/plans/{plan_id}").status_code == 200
    assert client.post(f"/review/plans/{plan_id}/end").status_code == 403
    everybody = {"title": "Alla", "who": "everybody", "module": MODULE}
    assert client.post("/review/plans", data=everybody).status_code == 400
    plans.end(plan_id, Sight(everybody=True))


def test_a_view_is_saved_opened_and_removed_by_its_owner_alone(department: Department) -> None:
    client = newcomer(department.course, "Rut Rektor", Role.REVIEWER).client
    query = urlencode({"department": department.name, "show": f"{MODULE}:done"})
    nameless = client.post("/review/views", data={"view-name": " ", "query": query})
    assert nameless.status_code == 400
    assert "Vyn saknar namn" in nameless.text
    assert (
        client.post("/review/views", data={"view-name": "Min vy", "query": query}).status_code
        == 303
    )
    page = client.get("/review").text
    assert "Min vy" in page
    link = unescape(re.search(r'href="(/review\?[^"]+)">Min vy<', page)[1])  # type: ignore[index]
    assert [row[0] for row in rows_of(client.get(link).text)] == ["Ärla"]
    view_id = re.search(r"/review/views/(v-[a-z0-9]+)/remove", page)[1]  # type: ignore[index]
    department.reviewer.post(f"/review/views/{view_id}/remove")
    assert "Min vy" in client.get("/review").text
    client.post(f"/review/views/{view_id}/remove")
    assert "Min vy" not in client.get("/review").text


def test_a_file_from_the_background_is_fetched_by_its_owner_alone(department: Department) -> None:
    client = department.reviewer
    asked = {"kind": "csv", "query": urlencode({"department": department.name})}
    page = client.post("/review/exports", data=asked).headers["location"]
    deadline = time.monotonic() + 60
    while "Hämta filen" not in client.get(page).text:
        assert time.monotonic() < deadline, "the file was never ready"
        time.sleep(0.1)
    assert file_rows(client.get(f"{page}/file")) == department.file()
    other = newcomer(department.course, "Rut Rektor", Role.REVIEWER).client
    assert other.get(page).status_code == 404
    assert other.get(f"{page}/file").status_code == 404
    assert client.post("/review/exports", data=asked | {"kind": "exe"}).status_code == 400


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
