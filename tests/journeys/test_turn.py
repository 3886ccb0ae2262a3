"""Where no UDP gets through, the call goes by TLS through coturn as our command sets it up."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Playwright

from motesklar.overlay.folder import OwnCourse
from motesklar.overlay.shipped import Shipped
from motesklar.paths import DataFolder
from motesklar.web.visitor import LANGUAGE_COOKIE, SESSION_COOKIE
from tests.call.turn import HOST, RunningRelay, running_relay
from tests.chromium import SWITCHES, chromium_path
from tests.conftest import RunningCourse, free_port
from tests.journeys.conftest import open_module
from tests.journeys.test_call import KEEP_CONNECTIONS, MODULE, InCall, evidence_of

pytestmark = [pytest.mark.browser, pytest.mark.slow]

ADDRESS = "127.0.0.1"

#: How many ways by UDP the newest connection has found from here, and which way it takes.
WAYS = """async () => {
  const connection = globalThis.connections.at(-1);
  const rows = connection ? [...(await connection.getStats()).values()] : [];
  const pair = rows.find(({ type, nominated, state }) =>
    type === "candidate-pair" && nominated && state === "succeeded");
  const local = rows.filter(({ type }) => type === "local-candidate");
  return {
    udp: local.filter(({ candidateType, protocol }) =>
      protocol === "udp" && candidateType !== "relay").length,
    taken: local.find(({ id }) => id === pair?.localCandidateId) ?? {},
  };
}"""


@pytest.fixture(scope="module")
def relay(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningRelay]:
    """Coturn beside a course's data, where the two share their secret."""
    folder = tmp_path_factory.mktemp("relayed")
    with running_relay(folder / "relay", ADDRESS, data=folder / "data") as relay:
        yield relay


@pytest.fixture(scope="module")
def relayed_course(relay: RunningRelay, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """A course whose own settings name the relay, as the command says."""
    folder = tmp_path_factory.mktemp("relayed-course") / "course"
    OwnCourse(folder, Shipped.installed()).create()
    (folder / "course.toml").write_text(
        f'[course]\nmodules = ["{MODULE}"]\n\n{relay.told_settings}\naddresses = ["{ADDRESS}"]\n',
        encoding="utf-8",
    )
    arguments = ("--demo", "--course", str(folder))
    course = RunningCourse(DataFolder(relay.data), free_port(), arguments)
    course.start()
    yield course
    course.stop()


@pytest.fixture(scope="module")
def browser_without_udp(driver: Playwright) -> Iterator[Browser]:
    """A browser that can't send UDP, as behind a strict firewall."""
    browser = driver.chromium.launch(
        executable_path=chromium_path(),
        args=[
            *SWITCHES,
            "--webrtc-ip-handling-policy=disable_non_proxied_udp",
            "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
            # the relay's authority is made for this test; browsers check it as for a page
            "--ignore-certificate-errors",
        ],
    )
    yield browser
    browser.close()


@pytest.fixture
def learner(browser_without_udp: Browser, relayed_course: RunningCourse) -> Iterator[InCall]:
    """Somebody before their practice call."""
    course = relayed_course
    person_id = course.person("Alma Andersson")
    context = browser_without_udp.new_context(base_url=course.url)
    cookies = {SESSION_COOKIE: course.session_of(person_id), LANGUAGE_COOKIE: "sv"}
    context.add_cookies([{"name": n, "value": v, "url": course.url} for n, v in cookies.items()])
    context.add_init_script(KEEP_CONNECTIONS)
    learner = InCall(context.new_page(), person_id)
    open_module(learner.page, MODULE)
    learner.button("Starta övningssamtalet").click()
    yield learner
    context.close()
    assert learner.errors == []


def test_without_udp_sound_goes_both_ways_through_the_relay_by_tls(
    learner: InCall, relay: RunningRelay, relayed_course: RunningCourse
) -> None:
    learner.go_in()
    learner.assert_hears()
    ways = learner.page.evaluate(WAYS)
    assert ways["udp"] == 0, "UDP is not blocked, so the test shows nothing"
    taken = ways["taken"]
    assert (taken["candidateType"], taken["relayProtocol"]) == ("relay", "tls")
    assert taken["url"] == f"turns:{HOST}:{relay.port}?transport=tcp"

    def is_heard() -> bool:
        row = evidence_of(relayed_course, learner.person_id)
        return row is not None and row.sound_seconds >= 2 and row.picture_seconds >= 2

    learner.wait_until(is_heard, "sound and picture as evidence")
