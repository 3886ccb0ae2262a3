"""Pages open whatever happens to their files and processes, and open ones go on calculating."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from motesklar.capacity.figures import TemplateState
from motesklar.errors import ConfigError, NotFound
from motesklar.pages.manager import Pages
from motesklar.pages.snapshots import BrokenModule, NotReady
from tests.kernels.conftest import descendants_of, is_running, wait_for_end
from tests.pages.modules_on_disk import (
    ModuleFolder,
    eventually,
    open_page,
    renewed,
    running_pages,
    touched,
)

pytestmark = pytest.mark.slow

SAID = "print('{}')\nword = '{}'"


@pytest.fixture
def folder(tmp_path: Path) -> ModuleFolder:
    """Two modules that run."""
    folder = ModuleFolder(tmp_path / "modules")
    folder.save("10-first", SAID.format("första", "first"))
    folder.save("11-second", SAID.format("andra", "second"))
    return folder


@pytest.fixture
async def pages(folder: ModuleFolder, tmp_path: Path) -> AsyncIterator[Pages]:
    async with running_pages(folder, tmp_path / "kernels.log") as pages:
        yield pages


async def test_a_page_waits_for_its_first_snapshot_and_is_the_same_for_everybody(
    pages: Pages,
) -> None:
    first, again, english = await asyncio.gather(
        pages.page("10-first", "sv"), pages.page("10-first", "sv"), pages.page("10-first", "en")
    )
    assert first is again
    assert "första" in first.rendered.html
    assert "Steg" in first.rendered.html
    assert "Step" in english.rendered.html
    assert first.version != english.version
    with pytest.raises(NotFound):
        await pages.page("12-third", "sv")


async def test_every_module_is_made_in_every_language_before_anybody_asks(pages: Pages) -> None:
    await eventually(lambda: len(pages.templates()) == 5)
    await eventually(lambda: all(v.state is TemplateState.READY for v in pages.templates()))
    root, *rest = pages.templates()
    assert root.pid == pages.supervisor.pid
    assert {(view.module, view.language) for view in rest} == {
        (module, language) for module in ("10-first", "11-second") for language in ("sv", "en")
    }


async def test_a_kernel_is_shown_to_administrators_until_it_ends(pages: Pages) -> None:
    page = await touched(pages, "10-first")
    (view,) = pages.kernels()
    assert view.pid == await page.evaluate("os.getpid()")
    assert (view.module, view.language) == ("10-first", "sv")
    assert page.snapshot.kernels == 1
    assert page.seat
    pages.desk.release(page.seat.id, "anna")
    assert pages.kernels() == []
    assert page.snapshot.kernels == 0


async def test_a_module_that_does_not_run_is_told_and_comes_back_when_it_is_corrected(
    folder: ModuleFolder, tmp_path: Path
) -> None:
    folder.save("10-first", "1 / 0")
    async with running_pages(folder, tmp_path / "kernels.log") as pages:
        with pytest.raises(BrokenModule) as told:
            await pages.page("10-first", "sv")
        assert "ZeroDivisionError" in told.value.reason
        assert (await pages.page("11-second", "sv")).rendered.html
        folder.save("10-first", SAID.format("rättad", "right"))
        await eventually(lambda: "rättad" in _html(pages, "10-first"))
        page = await touched(pages, "10-first")
        assert await page.evaluate("word") == "right"


def _html(pages: Pages, module: str) -> str:
    kept = pages._shelf.ready((module, "sv"))
    return kept.rendered.html if kept else ""


async def test_a_changed_module_is_released_and_open_pages_keep_theirs(
    folder: ModuleFolder, pages: Pages
) -> None:
    calculating = await touched(pages, "10-first")
    untouched = await open_page(pages, "10-first", session="bo")
    other = await pages.page("11-second", "sv")
    folder.save("10-first", SAID.format("ny", "new"))
    after = await renewed(pages, calculating.snapshot)
    assert folder.released == 1
    assert "ny" in after.rendered.html
    assert await calculating.evaluate("word") == "first"
    assert (await (await untouched.touch()).ready())["build"] == untouched.snapshot.build
    assert await untouched.evaluate("word") == "first"
    fresh = await touched(pages, "10-first", session="cilla")
    assert await fresh.evaluate("word") == "new"
    assert await pages.page("11-second", "sv") is other


async def test_a_change_that_does_not_run_leaves_the_page_as_it_was(
    folder: ModuleFolder, pages: Pages
) -> None:
    before = [await pages.page(module, "sv") for module in ("10-first", "11-second")]
    folder.save("10-first", "1 / 0")
    folder.save("11-second", SAID.format("ny", "new"))
    await renewed(pages, before[1])  # comes after the broken one, and is not held up by it
    assert await pages.page("10-first", "sv") is before[0]
    (view,) = [v for v in pages.templates() if (v.module, v.language) == ("10-first", "sv")]
    assert view.state is TemplateState.FAILED
    assert "ZeroDivisionError" in view.reason
    page = await touched(pages, "10-first")
    assert await page.evaluate("word") == "first"


async def test_half_a_file_and_a_failed_release_leave_the_pages_as_they_were(
    folder: ModuleFolder, pages: Pages
) -> None:
    before = await pages.page("10-first", "sv")
    folder.failure = ConfigError("course.toml", "course.modules", "wrong")
    folder.save_text("10-first", '{"cells": [')
    await eventually(lambda: folder.released)
    assert await pages.page("10-first", "sv") is before
    folder.failure = None
    folder.save("10-first", SAID.format("hel", "whole"))
    assert "hel" in (await renewed(pages, before)).rendered.html


async def test_changed_code_gives_a_new_template_and_old_kernels_go_on(
    folder: ModuleFolder, tmp_path: Path
) -> None:
    code = tmp_path / "code"
    code.mkdir()
    (code / "widget.py").write_text("answer = 1\n")
    async with running_pages(folder, tmp_path / "kernels.log", code) as pages:
        before = await touched(pages, "10-first")
        template = pages.supervisor.pid
        (code / "widget.py").write_text("answer = 22\n")
        after = await renewed(pages, before.snapshot)
        assert pages.supervisor.pid != template
        assert after.version != before.snapshot.version
        assert await before.evaluate("word") == "first"
        again = await (await open_page(pages, "10-first", session="bo")).touch()
        assert (await again.ready())["build"] == after.build
        # a page from before can still have another kernel of its own version
        before.session = "cilla"
        assert (await (await before.touch()).ready())["build"] == before.snapshot.build
        assert folder.released == 0


async def test_when_the_template_is_killed_pages_stay_and_calculate_again(pages: Pages) -> None:
    calculating = await touched(pages, "10-first")
    waiting = await open_page(pages, "10-first", session="bo")
    before = pages.supervisor.pid
    assert before
    os.kill(before, signal.SIGKILL)
    wait_for_end(before, waiting.snapshot.process.pid)  # and nobody in this loop has noticed
    # the page is there at once, and so is its kernel after a moment
    assert (await pages.page("10-first", "sv")).version == waiting.snapshot.version
    ready = await (await waiting.touch()).ready()
    assert await waiting.evaluate("word") == "first"
    assert ready["build"] != waiting.snapshot.build
    assert pages.supervisor.pid not in (None, before)
    assert await calculating.evaluate("word") == "first"
    await eventually(lambda: all(v.state is TemplateState.READY for v in pages.templates()))
    after = await pages.page("10-first", "sv")
    assert after.version == waiting.snapshot.version
    assert set(after.rendered.models) == set(waiting.snapshot.rendered.models)


async def test_a_template_whose_end_nobody_has_noticed_is_waited_for(
    folder: ModuleFolder, tmp_path: Path
) -> None:
    async with running_pages(folder, tmp_path / "kernels.log") as pages:
        template = await pages.supervisor.template()
        assert template.pid
        making = asyncio.gather(*(pages.page(name, "sv") for name in ("10-first", "11-second")))
        os.kill(template.pid, signal.SIGKILL)
        wait_for_end(template.pid)
        assert [snapshot.source.module for snapshot in await making] == ["10-first", "11-second"]


async def test_when_a_snapshots_process_is_killed_the_next_touch_works(pages: Pages) -> None:
    calculating = await touched(pages, "10-first")
    killed = calculating.snapshot
    os.kill(killed.process.pid, signal.SIGKILL)
    views = [await open_page(pages, "10-first", session=f"person {n}") for n in range(20)]
    await asyncio.gather(*(view.touch() for view in views))
    builds = {(await view.ready())["build"] for view in views}
    assert [await view.evaluate("word") for view in views] == ["first"] * 20
    assert len(builds) == 1
    assert builds != {killed.build}
    assert await calculating.evaluate("word") == "first"
    assert pages.supervisor.restarts == 0


async def test_when_an_older_snapshots_process_is_killed_its_pages_must_be_reloaded(
    folder: ModuleFolder, pages: Pages
) -> None:
    old = await touched(pages, "10-first")
    folder.save("10-first", SAID.format("ny", "new"))
    await renewed(pages, old.snapshot)
    os.kill(old.snapshot.process.pid, signal.SIGKILL)
    late = await open_page(pages, "10-first", session="bo")
    late.snapshot = old.snapshot
    await late.touch()
    await late.line.hears("renewed")
    assert await old.evaluate("word") == "first"


async def test_a_page_that_stayed_open_goes_on_after_a_restart_of_the_server(
    folder: ModuleFolder, tmp_path: Path
) -> None:
    async with running_pages(folder, tmp_path / "kernels.log") as pages:
        page = await touched(pages, "11-second")
        ready = await page.ready()
    await page.line.hears("lost")
    async with running_pages(folder, tmp_path / "kernels.log") as pages:
        page.pages = pages
        again = await (await page.touch(kernel=ready["kernel"])).ready()
        assert again["kernel"] != ready["kernel"]
        assert again["resumed"] is False
        assert again["build"] != ready["build"]
        assert await page.evaluate("word") == "second"
        after = await pages.page("11-second", "sv")
        assert after.version == page.snapshot.version
        assert set(after.rendered.models) == set(page.snapshot.rendered.models)


async def test_an_english_page_goes_on_after_a_restart_too(
    folder: ModuleFolder, tmp_path: Path
) -> None:
    async with running_pages(folder, tmp_path / "kernels.log") as pages:
        page = await open_page(pages, "10-first", "en")
    async with running_pages(folder, tmp_path / "kernels.log") as pages:
        page.pages = pages
        await (await page.touch()).ready()
        assert await page.evaluate("os.environ['MOTESKLAR_LANGUAGE']") == "en"


async def test_a_version_that_nobody_knows_is_told_to_reload(
    folder: ModuleFolder, tmp_path: Path
) -> None:
    async with running_pages(folder, tmp_path / "kernels.log") as pages:
        page = await open_page(pages, "10-first")
    folder.save("10-first", SAID.format("ny", "new"))
    async with running_pages(folder, tmp_path / "kernels.log") as pages:
        page.pages = pages
        await page.touch()
        assert page.seat is None
        assert page.line.told == [{"type": "renewed"}]


async def test_without_a_template_a_page_says_that_it_is_not_ready(
    folder: ModuleFolder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with running_pages(folder, tmp_path / "kernels.log") as pages:
        page = await open_page(pages, "10-first")
    monkeypatch.setattr(sys, "executable", "/bin/false")
    async with running_pages(folder, tmp_path / "kernels.log") as pages:
        page.pages = pages
        with pytest.raises(NotReady):
            await pages.page("10-first", "sv")
        with pytest.raises(NotReady):  # not "renewed": a reload would change nothing
            await page.touch()
        assert pages.templates()[0].state is TemplateState.BUILDING


async def test_closing_leaves_no_process_and_may_be_done_twice(
    folder: ModuleFolder, tmp_path: Path
) -> None:
    async with running_pages(folder, tmp_path / "kernels.log") as pages:
        await touched(pages, "10-first")
        await touched(pages, "11-second")
        assert pages.supervisor.pid
        processes = {pages.supervisor.pid} | descendants_of(pages.supervisor.pid)
        assert len(processes) >= 5
    await pages.close()
    assert not any(is_running(pid) for pid in processes)
