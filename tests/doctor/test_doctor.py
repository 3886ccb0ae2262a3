"""`motesklar doctor` as it is typed."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from motesklar.cli import main
from motesklar.doctor import examination
from motesklar.doctor.report import Level, as_lines, fail, ok
from tests.conftest import RunningCourse, free_port


def run(*arguments: str) -> tuple[int, dict[str, tuple[str, str]]]:
    result = CliRunner().invoke(main, ["doctor", "--json", *arguments])
    report = json.loads(result.stdout)
    assert report["ok"] == (result.exit_code == 0)
    return result.exit_code, {c["name"]: (c["level"], c["sentence"]) for c in report["checks"]}


def test_before_the_first_start_nothing_fails(tmp_path: Path) -> None:
    status, checks = run("--data", str(tmp_path / "data"), "--port", str(free_port()))
    assert status == 0
    assert checks["settings"][0] == "ok"
    assert not (tmp_path / "data").exists()


def test_a_wrong_setting_fails_and_the_other_checks_are_made(tmp_path: Path) -> None:
    (tmp_path / "course.toml").write_text("[mail]\nprot = 25\n")
    status, checks = run(
        "--data", str(tmp_path / "data"), "--course", str(tmp_path), "--port", str(free_port())
    )
    assert status == 1
    assert "mail.prot: there is no such setting; accepted here: host, port" in str(checks)
    assert checks["data folder"][0] == "ok"


def test_a_part_that_breaks_is_itself_told_and_stops_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def break_down() -> list[object]:
        raise RuntimeError("no library")

    monkeypatch.setattr(examination, "check_media", break_down)
    status, checks = run("--data", str(tmp_path / "data"), "--port", str(free_port()))
    assert status == 1
    assert checks["calls"] == ("fail", "could not be looked at: RuntimeError: no library")
    assert checks["mail server"][0] == "ok"


def test_an_own_course_that_no_longer_fits_is_told(tmp_path: Path) -> None:
    (tmp_path / "texts" / "sv").mkdir(parents=True)
    (tmp_path / "texts" / "sv" / "help.md").write_text("no heading")
    _, checks = run(
        "--data", str(tmp_path / "data"), "--course", str(tmp_path), "--port", str(free_port())
    )
    assert checks["own course"][0] == Level.WARN


def test_each_line_of_the_report_says_what_to_do() -> None:
    assert as_lines([ok("A", "fine"), fail("B", "broken", "Mend it")]) == [
        "ok    A: fine",
        "fail  B: broken",
        "      → Mend it",
        "",
        "1 ok, 0 warn, 1 fail",
    ]


@pytest.mark.slow
def test_a_running_course_is_well(course: RunningCourse) -> None:
    status, checks = run(
        "--data", str(course.data.root), "--port", str(course.port), "--public-url", course.url
    )
    assert status == 0, checks
    assert checks[f"port {course.port}"][1].startswith("this course answers")
    assert checks["websocket through the public address"] == ("ok", "gets through")
    assert checks["course database"][1].startswith("is whole and up to date")
