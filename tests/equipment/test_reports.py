"""Reports: opened by their code alone, for some days, and never about the wrong device."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from motesklar.accounts.tokens import CODE_ALPHABET
from motesklar.equipment.messages import ReportBody
from motesklar.equipment.reports import (
    KEPT_PER_PERSON,
    MADE_PER_HOUR,
    WRONG_OF_STRANGERS,
    WRONG_PER_BROWSER,
    NothingTested,
)
from motesklar.equipment.verdicts import Browser, Check, System
from motesklar.errors import TooMany, UnknownCode
from motesklar.store.models import EquipmentReport
from tests.equipment.conftest import Desk

WRONG = "AAAAAAAA"


def test_a_helper_reads_what_was_found_and_not_whose_it_is(desk: Desk) -> None:
    ada = desk.person("Ada Berg")
    desk.make_ready(ada)
    desk.test(ada, "microphone", "fail", "muted", peak_dbfs=-71.5, label="Adas headset")
    made = desk.equipment.make_report(ada, ReportBody())
    report = desk.equipment.reports.open(made.code, "helper", stranger=True)
    assert len(report.code) == 8
    assert set(report.code) <= set(CODE_ALPHABET)
    assert (report.browser, report.system) == (Browser.EDGE, System.WINDOWS)
    found = {one.check: one for one in report.verdicts}
    assert list(found) == list(Check)
    assert found[Check.MICROPHONE].finding == "muted"
    assert found[Check.MICROPHONE].figures == {"peak_dbfs": -71.5}
    with desk.database.transaction() as session:
        stored = str(session.scalars(select(EquipmentReport)).one().content)
    assert "Ada" not in stored
    assert ada not in stored


@pytest.mark.parametrize("typed", ["{0}", " {1} ", "{2}"])
def test_a_code_is_read_however_it_was_typed(desk: Desk, typed: str) -> None:
    ada = desk.person()
    desk.make_ready(ada)
    code = desk.equipment.make_report(ada, ReportBody()).code
    text = typed.format(code.lower(), f"{code[:4]}-{code[4:]}", " ".join(code))
    assert desk.equipment.reports.open(text, "helper", stranger=True).code == code


def test_a_report_does_not_change_afterwards(desk: Desk) -> None:
    ada = desk.person()
    desk.test(ada, "camera", "fail", "black")
    code = desk.equipment.make_report(ada, ReportBody()).code
    desk.test(ada, "camera")
    report = desk.equipment.reports.find(code)
    assert report is not None
    assert [one.finding for one in report.verdicts] == ["black"]


def test_a_report_is_about_one_device(desk: Desk) -> None:
    ada = desk.person()
    desk.make_ready(ada)
    desk.wait(minutes=5)
    desk.test(ada, "camera", "fail", "denied", Browser.SAFARI, System.IOS)
    on_phone = desk.equipment.make_report(ada, ReportBody())
    assert [(one.check, one.finding) for one in on_phone.verdicts] == [("camera", "denied")]
    on_computer = desk.equipment.make_report(
        ada, ReportBody(browser=Browser.EDGE, system=System.WINDOWS)
    )
    assert len(on_computer.verdicts) == len(Check)
    assert {one.finding for one in on_computer.verdicts} == {"works"}


def test_nothing_tested_is_nothing_to_report(desk: Desk) -> None:
    ada = desk.person()
    with pytest.raises(NothingTested):
        desk.equipment.make_report(ada, ReportBody())
    desk.make_ready(ada)
    desk.wait(days=31)
    with pytest.raises(NothingTested):
        desk.equipment.make_report(ada, ReportBody())


def test_a_report_is_gone_after_its_days(desk: Desk) -> None:
    ada = desk.person()
    desk.make_ready(ada)
    code = desk.equipment.make_report(ada, ReportBody()).code
    desk.wait(days=7, seconds=-1)
    assert desk.equipment.reports.find(code)
    desk.wait(seconds=1)
    with pytest.raises(UnknownCode):
        desk.equipment.reports.open(code, "helper", stranger=True)
    assert desk.equipment.reports.of_person(ada) == []
    # and out of the database as soon as anybody comes
    desk.equipment.state(desk.person("Bo"), shared_device=False)
    with desk.database.transaction() as session:
        assert session.scalar(select(func.count()).select_from(EquipmentReport)) == 0


def test_its_owner_can_take_it_back_and_nobody_else(desk: Desk) -> None:
    ada, bo = desk.person("Ada"), desk.person("Bo")
    desk.make_ready(ada)
    reports = desk.equipment.reports
    code = desk.equipment.make_report(ada, ReportBody()).code
    with pytest.raises(UnknownCode):
        reports.remove(code, bo)
    assert reports.find(code)
    reports.remove(code, ada)
    assert reports.find(code) is None
    with pytest.raises(UnknownCode):
        reports.remove(code, ada)


def test_a_person_keeps_only_the_newest(desk: Desk) -> None:
    ada = desk.person()
    desk.make_ready(ada)
    codes = []
    for _ in range(KEPT_PER_PERSON + 2):
        desk.wait(seconds=1)
        codes.append(desk.equipment.make_report(ada, ReportBody()).code)
    kept = [one.code for one in desk.equipment.reports.of_person(ada)]
    assert kept == codes[:1:-1]


def test_making_many_is_stopped(desk: Desk) -> None:
    ada = desk.person()
    desk.make_ready(ada)
    for _ in range(MADE_PER_HOUR):
        desk.equipment.make_report(ada, ReportBody())
    with pytest.raises(TooMany):
        desk.equipment.make_report(ada, ReportBody())
    desk.wait(hours=1)
    assert desk.equipment.make_report(ada, ReportBody())


def test_guessing_is_stopped_also_for_one_who_throws_the_cookie_away(desk: Desk) -> None:
    reports = desk.equipment.reports
    for _ in range(WRONG_PER_BROWSER):
        with pytest.raises(UnknownCode):
            reports.open(WRONG, "one browser", stranger=True)
    with pytest.raises(TooMany):
        reports.open(WRONG, "one browser", stranger=True)
    for number in range(WRONG_OF_STRANGERS - WRONG_PER_BROWSER):
        with pytest.raises(UnknownCode):
            reports.open(WRONG, f"browser {number}", stranger=True)
    with pytest.raises(TooMany):
        reports.open(WRONG, "a new browser", stranger=True)
    # somebody who is signed in goes on
    with pytest.raises(UnknownCode):
        reports.open(WRONG, "a new browser", stranger=False)
    desk.now += timedelta(minutes=1)
    with pytest.raises(UnknownCode):
        reports.open(WRONG, "one browser", stranger=True)


def test_junk_is_no_code(desk: Desk) -> None:
    for junk in ("", "A", "ÅÄÖÅÄÖÅÄ", "A" * 60, "%%%%%%%%"):
        assert desk.equipment.reports.find(junk) is None
