"""Every route × every role: who comes in, who is turned away, and how."""

import re
from collections.abc import Callable

import httpx
import pytest

from motesklar.store.models import Role
from motesklar.web.routes import ROUTES
from tests.conftest import RunningCourse

pytestmark = pytest.mark.slow

MODULE = "01-why-meet-online"
EVERYBODY = {None, *Role}
SIGNED_IN = set(Role)
LEADERS = {Role.LEADER, Role.ADMINISTRATOR}
REVIEWERS = {Role.REVIEWER, Role.ADMINISTRATOR}
ADMINISTRATORS = {Role.ADMINISTRATOR}
KERNEL = "00000000-0000-0000-0000-000000000000"

#: The contract of docs/architecture.md, written out: address and method to who may come.
CONTRACT: dict[tuple[str, str], set[Role | None]] = {
    ("GET", "/health"): EVERYBODY,
    ("GET", "/static/000000000000/css/tokens.css"): EVERYBODY,
    ("GET", "/catalogue/000000000000/sv.js"): EVERYBODY,
    ("GET", "/pictures/logo.png"): EVERYBODY,
    ("GET", "/health/connection"): EVERYBODY,
    ("GET", "/help"): EVERYBODY,
    ("GET", "/accessibility"): EVERYBODY,
    ("GET", "/privacy"): EVERYBODY,
    ("GET", "/glossary"): EVERYBODY,
    ("GET", "/"): SIGNED_IN,
    ("GET", "/sign-in"): EVERYBODY,
    ("POST", "/sign-in/demo"): EVERYBODY,
    ("POST", "/sign-in/code"): EVERYBODY,
    ("POST", "/sign-in/request"): EVERYBODY,
    ("POST", "/sign-in/workshop"): EVERYBODY,
    ("GET", "/link/unknown-token"): EVERYBODY,
    ("POST", "/link/unknown-token"): EVERYBODY,
    ("POST", "/language"): EVERYBODY,
    ("GET", "/device"): SIGNED_IN,
    ("GET", "/device/unknown"): EVERYBODY,
    ("POST", "/device/unknown"): EVERYBODY,
    ("POST", "/sign-out"): EVERYBODY,
    ("GET", "/me"): SIGNED_IN,
    ("GET", "/me/export"): SIGNED_IN,
    ("GET", "/me/data"): SIGNED_IN,
    ("GET", "/me/data.html"): SIGNED_IN,
    ("POST", "/me/data/ask"): SIGNED_IN,
    ("POST", "/me/told"): SIGNED_IN,
    ("GET", "/privacy/requests"): ADMINISTRATORS,
    ("GET", "/privacy/requests/k-unknown"): ADMINISTRATORS,
    ("POST", "/privacy/requests/k-unknown"): ADMINISTRATORS,
    ("POST", "/privacy/requests/k-unknown/erase"): ADMINISTRATORS,
    ("GET", "/privacy/retention"): ADMINISTRATORS,
    ("POST", "/privacy/retention"): ADMINISTRATORS,
    ("GET", "/privacy/retention/answers.json"): ADMINISTRATORS,
    ("GET", "/privacy/receipts/z-unknown"): ADMINISTRATORS,
    ("GET", "/privacy/log"): ADMINISTRATORS,
    ("GET", "/privacy/log.csv"): ADMINISTRATORS,
    ("GET", "/privacy/processing"): ADMINISTRATORS,
    ("GET", "/accessibility/report"): EVERYBODY,
    ("POST", "/accessibility/report"): EVERYBODY,
    ("GET", "/accessibility/reports"): ADMINISTRATORS,
    ("POST", "/accessibility/reports/b-unknown/handled"): ADMINISTRATORS,
    ("GET", "/api/me"): SIGNED_IN,
    ("GET", "/people"): ADMINISTRATORS,
    ("POST", "/people/preview"): ADMINISTRATORS,
    ("POST", "/people/import"): ADMINISTRATORS,
    ("GET", "/people/duplicates"): ADMINISTRATORS,
    ("GET", "/people/p-unknown"): ADMINISTRATORS,
    ("POST", "/people/p-unknown/change"): ADMINISTRATORS,
    ("POST", "/people/p-unknown/leave"): ADMINISTRATORS,
    ("POST", "/people/p-unknown/back"): ADMINISTRATORS,
    ("GET", "/people/p-unknown/merge"): ADMINISTRATORS,
    ("POST", "/people/p-unknown/merge"): ADMINISTRATORS,
    ("GET", "/sign-in/oidc"): EVERYBODY,
    ("GET", "/sign-in/oidc/done"): EVERYBODY,
    ("GET", "/sign-out/oidc"): EVERYBODY,
    ("POST", "/people/p-unknown/link"): ADMINISTRATORS,
    ("POST", "/people/p-unknown/done"): ADMINISTRATORS,
    ("GET", "/people/p-unknown/export"): ADMINISTRATORS,
    ("POST", "/people/p-unknown/erase"): ADMINISTRATORS,
    ("GET", "/letters"): ADMINISTRATORS,
    ("GET", "/letters/invite"): ADMINISTRATORS,
    ("POST", "/letters/invite"): ADMINISTRATORS,
    ("POST", "/letters/stop"): ADMINISTRATORS,
    ("POST", "/letters/now"): ADMINISTRATORS,
    ("POST", "/letters/o-unknown/again"): ADMINISTRATORS,
    ("POST", "/review/remind"): REVIEWERS,
    ("GET", "/review/reminded"): REVIEWERS,
    ("GET", "/reminders/p-unknown/0a"): EVERYBODY,
    ("POST", "/me/reminders"): SIGNED_IN,
    ("GET", f"/m/{MODULE}"): SIGNED_IN,
    ("DELETE", f"/api/kernels/{KERNEL}"): SIGNED_IN,
    ("GET", f"/api/modules/{MODULE}/kernel"): SIGNED_IN,
    ("GET", f"/widget-files/{'0' * 32}.js"): EVERYBODY,
    ("GET", f"/api/modules/{MODULE}/state"): SIGNED_IN,
    ("PUT", f"/api/modules/{MODULE}/answers/unknown"): SIGNED_IN,
    ("POST", f"/api/modules/{MODULE}/answers/unknown/check"): SIGNED_IN,
    ("POST", f"/api/modules/{MODULE}/hand-in"): SIGNED_IN,
    ("POST", "/api/facts"): SIGNED_IN,
    ("GET", "/api/attempts/00000000-0000"): SIGNED_IN,
    ("GET", f"/api/call/{MODULE}"): SIGNED_IN,
    ("GET", "/api/rooms/r-unknown"): SIGNED_IN,
    ("GET", "/call/clips/sv/greeting.opus"): EVERYBODY,
    ("POST", "/api/hand"): SIGNED_IN,
    ("GET", "/join"): SIGNED_IN,
    ("GET", "/w/AAAAAA"): SIGNED_IN,
    ("GET", "/workshops"): LEADERS,
    ("POST", "/workshops"): LEADERS,
    ("GET", "/workshops/w-unknown"): LEADERS,
    ("POST", "/workshops/w-unknown/name"): LEADERS,
    ("POST", "/workshops/w-unknown/end"): LEADERS,
    ("POST", "/api/workshops/w-unknown/helped"): LEADERS,
    ("GET", "/api/workshops/w-unknown/live"): LEADERS,
    ("GET", "/workshops/w-unknown/people"): LEADERS,
    ("GET", "/workshops/w-unknown/people/template.csv"): LEADERS,
    ("POST", "/workshops/w-unknown/people/preview"): LEADERS,
    ("POST", "/workshops/w-unknown/people/import"): LEADERS,
    ("POST", "/workshops/w-unknown/people/match"): LEADERS,
    ("POST", "/workshops/w-unknown/people/empty"): LEADERS,
    ("GET", "/workshops/w-unknown/paper"): LEADERS,
    ("GET", "/workshops/w-unknown/workshop.ics"): LEADERS,
    ("GET", "/workshops/w-unknown/report"): LEADERS,
    ("GET", "/workshops/w-unknown/report.csv"): LEADERS,
    ("GET", "/workshops/w-unknown/report-people.csv"): LEADERS,
    ("GET", "/w/AAAAAA/feedback"): SIGNED_IN,
    ("POST", "/w/AAAAAA/feedback"): SIGNED_IN,
    ("GET", "/workshops/w-unknown/plan"): LEADERS,
    ("POST", "/workshops/w-unknown/plan"): LEADERS,
    ("GET", "/workshops/w-unknown/model.toml"): LEADERS,
    ("GET", "/workshops/w-unknown/screen"): LEADERS,
    ("GET", "/api/workshops/w-unknown/screen/live"): LEADERS,
    ("GET", "/api/workshops/w-unknown/sheet/live"): LEADERS,
    ("POST", "/api/workshops/w-unknown/sheet"): LEADERS,
    ("POST", "/api/workshops/w-unknown/holder"): LEADERS,
    ("POST", "/api/workshops/w-unknown/media"): LEADERS,
    ("POST", "/api/workshops/w-unknown/timer"): LEADERS,
    ("GET", "/workshops/w-unknown/help"): SIGNED_IN,
    ("GET", "/workshops/w-unknown/captions"): SIGNED_IN,
    ("POST", "/workshops/w-unknown/parts"): LEADERS,
    ("POST", "/workshops/w-unknown/parts/take"): LEADERS,
    ("GET", "/api/workshops/w-unknown/help"): SIGNED_IN,
    ("GET", "/api/workshops/w-unknown/help/live"): SIGNED_IN,
    ("POST", "/api/workshops/w-unknown/help/claim"): SIGNED_IN,
    ("POST", "/api/workshops/w-unknown/help/let-go"): SIGNED_IN,
    ("POST", "/api/workshops/w-unknown/help/close"): SIGNED_IN,
    ("POST", "/api/workshops/w-unknown/help/answer"): SIGNED_IN,
    ("POST", "/api/workshops/w-unknown/words"): SIGNED_IN,
    ("GET", "/api/workshops/w-unknown/captions"): SIGNED_IN,
    ("GET", "/api/workshops/w-unknown/captions/live"): SIGNED_IN,
    ("GET", "/api/my-workshop"): SIGNED_IN,
    ("GET", "/api/my-workshop/now"): SIGNED_IN,
    ("GET", "/rooms/r-unknown"): SIGNED_IN,
    ("GET", "/api/my-room"): SIGNED_IN,
    ("GET", "/api/workshops/w-unknown/rooms/live"): LEADERS,
    ("GET", "/api/workshops/w-unknown/rooms/division"): LEADERS,
    ("POST", "/api/workshops/w-unknown/rooms/open"): LEADERS,
    ("POST", "/api/workshops/w-unknown/rooms/place"): LEADERS,
    ("POST", "/api/workshops/w-unknown/rooms/table"): LEADERS,
    ("POST", "/api/workshops/w-unknown/rooms/end"): LEADERS,
    ("POST", "/api/workshops/w-unknown/rooms/notice"): LEADERS,
    ("POST", "/api/workshops/w-unknown/rooms/mute"): LEADERS,
    ("POST", "/api/workshops/w-unknown/rooms/confirm"): LEADERS,
    ("GET", "/workshops/w-unknown/attendance.csv"): LEADERS,
    ("GET", "/equipment"): SIGNED_IN,
    ("GET", "/api/equipment/state"): SIGNED_IN,
    ("POST", "/api/equipment/verdicts"): SIGNED_IN,
    ("POST", "/api/equipment/report"): SIGNED_IN,
    ("GET", "/equipment/report"): EVERYBODY,
    ("GET", "/equipment/report/AAAAAAAA"): EVERYBODY,
    ("POST", "/equipment/report/AAAAAAAA/remove"): SIGNED_IN,
    ("GET", "/api/equipment/turn"): SIGNED_IN,
    ("GET", "/api/equipment/mirror"): SIGNED_IN,
    ("GET", "/workshops/w-unknown/equipment"): LEADERS,
    ("GET", "/api/workshops/w-unknown/equipment/live"): LEADERS,
    ("POST", "/api/workshops/w-unknown/equipment/turn"): LEADERS,
    ("GET", "/equipment/it"): ADMINISTRATORS,
    ("GET", "/equipment/it/causes.csv"): ADMINISTRATORS,
    ("GET", "/capacity"): ADMINISTRATORS,
    ("GET", "/api/capacity"): ADMINISTRATORS,
    ("GET", "/administration"): ADMINISTRATORS,
    ("GET", "/administration/backups"): ADMINISTRATORS,
    ("POST", "/administration/backups"): ADMINISTRATORS,
    ("GET", "/administration/backups/motesklar-20261124-120000.tar.gz"): ADMINISTRATORS,
    ("GET", "/settings"): ADMINISTRATORS,
    ("POST", "/way"): SIGNED_IN,
    ("GET", "/api/account"): SIGNED_IN,
    ("GET", "/api/notes/promise"): SIGNED_IN,
    ("GET", "/service/accounts"): ADMINISTRATORS,
    ("GET", "/service/accounts.csv"): ADMINISTRATORS,
    ("GET", "/certificate"): SIGNED_IN,
    ("GET", "/verify"): EVERYBODY,
    ("GET", "/verify/UNKNOWN"): EVERYBODY,
    ("GET", "/review"): REVIEWERS,
    ("GET", "/review.csv"): REVIEWERS,
    ("GET", "/review/people/p-unknown"): REVIEWERS,
    ("GET", f"/review/people/p-unknown/{MODULE}"): REVIEWERS,
    ("POST", f"/review/people/p-unknown/{MODULE}"): REVIEWERS,
    ("POST", "/review/approve"): REVIEWERS,
    ("GET", "/review/grading"): REVIEWERS,
    ("GET", f"/review/grading/{MODULE}/unknown"): REVIEWERS,
    ("GET", f"/review/grading/{MODULE}/unknown/p-unknown"): REVIEWERS,
    ("POST", f"/review/grading/{MODULE}/unknown/p-unknown"): REVIEWERS,
    ("GET", f"/review/grading/{MODULE}/unknown/p-unknown/next"): REVIEWERS,
    ("GET", f"/review/grading/{MODULE}/unknown/p-unknown/previous"): REVIEWERS,
    ("GET", "/review/questions"): REVIEWERS,
    ("GET", "/review/regrade"): REVIEWERS,
    ("POST", "/review/regrade"): REVIEWERS,
    ("GET", "/review/regrade/result"): REVIEWERS,
    ("GET", "/review.json"): REVIEWERS,
    ("GET", "/review.xlsx"): REVIEWERS,
    ("POST", "/review/views"): REVIEWERS,
    ("POST", "/review/views/v-unknown/remove"): REVIEWERS,
    ("GET", "/review/plans"): REVIEWERS,
    ("POST", "/review/plans"): REVIEWERS,
    ("GET", "/review/plans/l-unknown"): REVIEWERS,
    ("POST", "/review/plans/l-unknown"): REVIEWERS,
    ("POST", "/review/plans/l-unknown/end"): REVIEWERS,
    ("POST", "/review/exports"): REVIEWERS,
    ("GET", "/review/exports/x-unknown"): REVIEWERS,
    ("GET", "/review/exports/x-unknown/file"): REVIEWERS,
    ("GET", "/adoption"): REVIEWERS,
    ("GET", "/adoption/report"): REVIEWERS,
    ("GET", "/adoption/trend.csv"): REVIEWERS,
    ("GET", "/adoption/tables.xlsx"): REVIEWERS,
    ("GET", "/adoption/tables.json"): REVIEWERS,
    ("GET", "/adoption/import"): ADMINISTRATORS,
    ("POST", "/adoption/import/preview"): ADMINISTRATORS,
    ("POST", "/adoption/import"): ADMINISTRATORS,
    ("GET", "/me/trips"): SIGNED_IN,
    ("POST", "/me/trips"): SIGNED_IN,
    ("POST", "/me/trips/t-unknown/remove"): SIGNED_IN,
}


@pytest.fixture(scope="module")
def people(course: RunningCourse) -> dict[Role, str]:
    """One person of each role."""
    return {role: course.person(f"A {role}", role) for role in Role}


@pytest.fixture
def client_of(
    course: RunningCourse, people: dict[Role, str]
) -> Callable[[Role | None], httpx.Client]:
    """A fresh browser for a role; one of the addresses signs out."""
    return lambda role: course.client(people[role] if role else None)


def test_every_route_is_in_the_contract() -> None:
    addresses = [path for _, path in CONTRACT]
    unknown = [
        pattern
        for pattern, _ in ROUTES
        if not any(re.fullmatch(pattern, address) for address in addresses)
    ]
    assert unknown == []


@pytest.mark.parametrize(("method", "path"), CONTRACT)
@pytest.mark.parametrize("role", [None, *Role])
def test_a_route_opens_for_its_roles_alone(
    client_of: Callable[[Role | None], httpx.Client], method: str, path: str, role: Role | None
) -> None:
    answer = client_of(role).request(method, path)
    turned_away = answer.status_code in (401, 403) or "/sign-in?next=" in answer.headers.get(
        "location", ""
    )
    assert turned_away == (role not in CONTRACT[method, path]), answer.text[:300]


@pytest.mark.parametrize(("method", "path"), [key for key in CONTRACT if key[0] != "GET"])
def test_no_write_passes_without_the_xsrf_token(
    client_of: Callable[[Role | None], httpx.Client], method: str, path: str
) -> None:
    client = client_of(Role.ADMINISTRATOR)
    answer = client.request(method, path, headers={"X-XSRFToken": ""})
    assert answer.status_code == 403


@pytest.mark.parametrize(("method", "path"), CONTRACT)
def test_every_answer_carries_the_security_headers(
    client_of: Callable[[Role | None], httpx.Client], method: str, path: str
) -> None:
    headers = client_of(Role.LEARNER).request(method, path).headers
    assert "script-src 'self';" in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "DENY"
    assert "server" not in headers


def test_turned_away_scripts_are_told_in_json_with_a_next_step(
    client_of: Callable[[Role | None], httpx.Client],
) -> None:
    error = client_of(None).get("/api/me").json()["error"]
    assert error["code"] == "not_signed_in"
    assert error["message"]
    assert error["next_step"]


def test_a_page_that_does_not_exist_is_told_in_the_visitors_language(
    client_of: Callable[[Role | None], httpx.Client],
) -> None:
    client = client_of(Role.LEARNER)
    assert "Här finns inget" in client.get("/nowhere").text
    client.cookies.set("motesklar_language", "en")
    answer = client.get("/nowhere")
    assert answer.status_code == 404
    assert "There is nothing here" in answer.text
