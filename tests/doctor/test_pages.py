"""Whether pages can calculate on this machine."""

import pytest

from motesklar.config import CapacitySection
from motesklar.doctor import pages
from motesklar.doctor.pages import check_pages, judge_room
from motesklar.doctor.report import Level


def test_a_machine_with_room_for_a_workshop_is_well() -> None:
    assert judge_room(340).level is Level.OK
    assert "340" in judge_room(340).sentence
    assert judge_room(12).level is Level.WARN


@pytest.mark.slow
async def test_this_machine_can_fork() -> None:
    settings = CapacitySection(kernels=200, kernel_megabytes=12, idle_minutes=30)
    [check] = await check_pages(settings)
    assert check.level is Level.OK
    assert "200" in check.sentence


@pytest.mark.slow
async def test_a_template_that_does_not_start_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.executable", "/bin/false")
    settings = CapacitySection(kernels="auto", kernel_megabytes=12, idle_minutes=30)
    [check] = await check_pages(settings)
    assert check.level is Level.FAIL


async def test_another_system_is_refused_in_plain_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages.sys, "platform", "darwin")
    settings = CapacitySection(kernels="auto", kernel_megabytes=12, idle_minutes=30)
    [check] = await check_pages(settings)
    assert check.level is Level.FAIL
    assert "Linux" in check.sentence
