"""A snapshot: the page, every widget's state and the kernel behind it belong together."""

import asyncio
import dataclasses
import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from motesklar.i18n import load_languages
from motesklar.kernels.fork_client import ForkFailed
from motesklar.pages import snapshots
from motesklar.pages.manager import Pages
from motesklar.pages.snapshots import BrokenModule, Snapshot, Source
from motesklar.pages.sources import code_digest, module_source, signature
from tests.kernels.conftest import children_of
from tests.pages.modules_on_disk import ModuleFolder, eventually, running_pages, touched

NAME = "10-lesson"


@pytest.fixture
def folder(tmp_path: Path) -> ModuleFolder:
    folder = ModuleFolder(tmp_path / "modules")
    folder.save(NAME, "word = 'one'")
    return folder


def source_of(
    folder: ModuleFolder, language: str = "sv", facts: str = "", code: bytes = b""
) -> Source:
    module = folder.course().module(NAME)
    return module_source(module, folder.notebook(NAME), load_languages()[language], facts, code)


# what a version is made of


def test_the_same_module_has_the_same_version_wherever_it_lies(
    folder: ModuleFolder, tmp_path: Path
) -> None:
    elsewhere = ModuleFolder(tmp_path / "elsewhere")
    elsewhere.save(NAME, "word = 'one'")
    assert source_of(folder).version == source_of(elsewhere).version


def test_whatever_a_page_is_made_of_decides_its_version(folder: ModuleFolder) -> None:
    versions = [source_of(folder).version]
    versions.append(source_of(folder, "en").version)
    versions.append(source_of(folder, code=b"widgets").version)
    versions.append(source_of(folder, facts='{"words": {}}').version)
    beside = folder.root / NAME / "figures.py"
    for text in ("people = 1", "people = 2"):
        beside.write_text(text)
        versions.append(source_of(folder).version)
    beside.rename(beside.with_name("other.py"))
    versions.append(source_of(folder).version)
    folder.save(NAME, "word = 'two'")
    versions.append(source_of(folder).version)
    assert len(set(versions)) == len(versions)


def test_solutions_do_not_decide_the_version(folder: ModuleFolder, tmp_path: Path) -> None:
    module = folder.course().module(NAME)
    released = tmp_path / "released.ipynb"
    released.write_bytes(folder.notebook(NAME).read_bytes())
    swedish = load_languages()["sv"]
    before = module_source(module, released, swedish, "", b"").version
    folder.save(NAME, "word = 'another solution'")
    assert module_source(module, released, swedish, "", b"").version == before


def test_prose_is_translated_before_it_is_run(folder: ModuleFolder) -> None:
    swedish, english = (json.loads(source_of(folder, code).notebook) for code in ("sv", "en"))
    assert "Steg" in "".join(swedish["cells"][0]["source"])
    assert "Step" in "".join(english["cells"][0]["source"])


def test_files_that_come_change_and_go_are_noticed(tmp_path: Path) -> None:
    seen = [signature([tmp_path])]
    file = tmp_path / "folder" / "lesson.ipynb"
    file.parent.mkdir()
    file.write_text("1")
    seen.append(signature([tmp_path]))
    file.write_text("12")
    seen.append(signature([tmp_path]))
    assert len(set(seen)) == 3
    file.unlink()
    assert signature([tmp_path]) == seen[0]


def test_what_python_leaves_behind_is_no_change(tmp_path: Path) -> None:
    before = signature([tmp_path]), code_digest([tmp_path])
    (tmp_path / "__pycache__").mkdir()
    (tmp_path / "__pycache__" / "a.py").write_text("")
    (tmp_path / "gone").symlink_to(tmp_path / "nowhere")  # as editors lock a file
    assert signature([tmp_path]) == before[0]


# made by a real template


@pytest.fixture
async def pages(folder: ModuleFolder, tmp_path: Path) -> AsyncIterator[Pages]:
    async with running_pages(folder, tmp_path / "kernels.log") as pages:
        yield pages


async def make(pages: Pages, folder: ModuleFolder, *cells: str) -> Snapshot:
    """A snapshot of cells, besides what the pages make themselves."""
    source = source_of(folder)
    notebook = json.loads(source.notebook)
    for cell, text in zip(notebook["cells"][1:], cells, strict=False):
        cell["source"] = text
    return await pages._maker.make(dataclasses.replace(source, notebook=json.dumps(notebook)))


@pytest.mark.slow
async def test_two_builds_of_a_version_have_the_same_models_and_states(
    pages: Pages, folder: ModuleFolder
) -> None:
    cells = (
        "import ipywidgets\nfor n in range(3): display(ipywidgets.IntSlider(n))",
        "ipywidgets.VBox()",
    )
    first, second = await make(pages, folder, *cells), await make(pages, folder, *cells)
    try:
        assert first.version == second.version
        assert first.build != second.build
        assert first.rendered == second.rendered
        assert all(model_id.startswith(first.version) for model_id in first.rendered.models)
        assert json.loads(first.page_state) == {
            "version": first.version,
            "build": first.build,
            "models": first.rendered.models,
        }
    finally:
        first.close()
        second.close()


@pytest.mark.slow
async def test_outputs_stand_in_the_page_and_scripts_of_authors_cells_do_not_run_twice(
    pages: Pages, folder: ModuleFolder
) -> None:
    snapshot = await make(
        pages, folder, "print('tre ', 1 + 2)", "from pathlib import Path; Path.cwd().name"
    )
    snapshot.close()
    assert "tre  3" in snapshot.rendered.html
    assert NAME in snapshot.rendered.html  # it ran where the module's files are
    assert "1 + 2" not in snapshot.rendered.html


@pytest.mark.slow
async def test_what_was_printed_into_an_output_widget_is_in_its_state_and_in_each_kernel(
    folder: ModuleFolder, tmp_path: Path
) -> None:
    folder.save(NAME, "out = ipywidgets.Output()\nwith out: print('inuti')\nout")
    async with running_pages(folder, tmp_path / "kernels.log") as pages:
        page = await touched(pages, NAME)
        states = [model["state"] for model in page.snapshot.rendered.models.values()]
        (state,) = [state for state in states if state.get("_model_name") == "OutputModel"]
        assert state["outputs"] == [{"output_type": "stream", "name": "stdout", "text": "inuti\n"}]
        kept = "[tuple(sorted(output.items())) for output in out.outputs]"
        assert dict((await page.evaluate(kept))[0]) == state["outputs"][0]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("cell", "reason"),
    [
        ("1 / 0", "ZeroDivisionError: division by zero"),
        ("def", "SyntaxError: invalid syntax"),
        ("import no_such_module", "ModuleNotFoundError: No module named 'no_such_module'"),
        ("import os; os._exit(3)", "ended its process: 3"),
        ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", "ended its process: -9"),
    ],
)
async def test_a_module_that_does_not_run_is_told_with_its_reason(
    pages: Pages, folder: ModuleFolder, cell: str, reason: str
) -> None:
    await pages.page(NAME, "sv")
    with pytest.raises(BrokenModule) as told:
        await make(pages, folder, cell)
    assert told.value.reason.startswith(reason)
    assert reason not in told.value.message  # learners can do nothing with it


@pytest.mark.slow
async def test_a_module_that_never_ends_is_given_up_and_its_process_ended(
    pages: Pages, folder: ModuleFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    for language in ("sv", "en"):
        await pages.page(NAME, language)
    assert pages.supervisor.pid
    before = children_of(pages.supervisor.pid)
    monkeypatch.setattr(snapshots, "RUN_SECONDS", 0.3)
    with pytest.raises(BrokenModule, match=r".*"):
        await make(pages, folder, "while True: pass")
    await eventually(lambda: children_of(pages.supervisor.pid or 0) == before)


@pytest.mark.slow
async def test_giving_up_a_snapshot_ends_its_process(pages: Pages, folder: ModuleFolder) -> None:
    for language in ("sv", "en"):
        await pages.page(NAME, language)
    assert pages.supervisor.pid
    before = children_of(pages.supervisor.pid)
    making = asyncio.create_task(make(pages, folder, "while True: pass"))
    await eventually(lambda: children_of(pages.supervisor.pid or 0) > before)
    making.cancel()
    with pytest.raises(asyncio.CancelledError):
        await making
    await eventually(lambda: children_of(pages.supervisor.pid or 0) == before)


@pytest.mark.slow
async def test_a_template_that_dies_meanwhile_is_no_fault_of_the_module(
    pages: Pages, folder: ModuleFolder
) -> None:
    await pages.page(NAME, "sv")
    with pytest.raises(ForkFailed):
        await make(
            pages,
            folder,
            "import os, signal, time; os.kill(os.getppid(), signal.SIGKILL); time.sleep(60)",
        )
    await eventually(lambda: pages.supervisor.restarts)
    (await make(pages, folder, "1")).close()
