"""A snapshot process runs a notebook once and tells all it published, always with the same ids."""

import ast
import signal
from pathlib import Path
from typing import Any

import pytest

from motesklar.kernels.widget_files import file_name
from tests.kernels.conftest import (
    PROBE,
    Made,
    PageOf,
    SnapshotOf,
    children_of,
    descriptors_of,
    is_running,
    wait_for_end,
    wait_until,
)

pytestmark = pytest.mark.slow

#: A widget as others publish them: its script and style sheet are texts.
THIRD_PARTY = """\
import anywidget, traitlets
class Map(anywidget.AnyWidget):
    _esm = "export default { render() {} } // map"
    _css = ".map { color: red }"
    zoom = traitlets.Int(3).tag(sync=True)
    tile = traitlets.Bytes(b"\\x00\\x01").tag(sync=True)
"""
MAP_FILES = {
    file_name(text, suffix): text
    for text, suffix in [
        ("export default { render() {} } // map", ".js"),
        (".map { color: red }", ".css"),
    ]
}


def outputs(made: Made) -> list[tuple[str, Any]]:
    """Kind and content of all that is no widget message and no status."""
    return [
        (message["header"]["msg_type"], message["content"])
        for record in made.records
        for message in record["messages"]
        if message["header"]["msg_type"] in ("stream", "display_data", "execute_result", "error")
    ]


async def test_the_same_notebook_gives_the_same_models_each_time(snapshot_of: SnapshotOf) -> None:
    cells = [
        "import ipywidgets as w",
        "a = w.VBox([w.IntSlider(), w.Text()])\na",
        THIRD_PARTY + "Map()",
        "from ipywidgets import interact\ninteract(lambda x: x, x=(0, 10))",
    ]
    first, second = await snapshot_of(*cells), await snapshot_of(*cells)
    assert first.models == second.models
    assert len(first.models) > 10
    assert [*first.models][:2] == ["abc00000001", "abc00000002"]
    other = await snapshot_of(*cells, prefix="def")
    assert all(name.startswith("def") for name in other.models)


async def test_models_that_are_no_ipywidgets_are_numbered_too(snapshot_of: SnapshotOf) -> None:
    made = await snapshot_of(
        "from anywidget.experimental import widget, MimeBundleDescriptor\n"
        "import traitlets\n"
        "class Counter(traitlets.HasTraits):\n"
        "    value = traitlets.Int().tag(sync=True)\n"
        "    _repr_mimebundle_ = MimeBundleDescriptor(_esm='export default {}')\n"
        "Counter()"
    )
    assert [*made.models] == ["abc00000001"]


async def test_what_cells_print_and_show_is_recorded_for_each_cell(snapshot_of: SnapshotOf) -> None:
    made = await snapshot_of(
        "import sys\nprint('out')\nprint('err', file=sys.stderr)",
        "from IPython.display import display, HTML\ndisplay(HTML('<b>hej</b>'))\n6 * 7",
        "",
    )
    assert [record["reply"]["status"] for record in made.records] == ["ok"] * 3
    told = outputs(made)
    assert told[:2] == [
        ("stream", {"name": "stdout", "text": "out\n"}),
        ("stream", {"name": "stderr", "text": "err\n"}),
    ]
    (kind, shown), (result_kind, result) = told[2:]
    assert (kind, shown["data"]["text/html"]) == ("display_data", "<b>hej</b>")
    assert (result_kind, result["data"]["text/plain"]) == ("execute_result", "42")
    assert made.records[2]["messages"] == []
    parents = {
        number: {m["parent_header"]["msg_id"] for m in record["messages"]}
        for number, record in enumerate(made.records)
    }
    assert parents == {0: {"cell-0"}, 1: {"cell-1"}, 2: set()}


async def test_a_line_that_is_not_ended_is_still_told(snapshot_of: SnapshotOf) -> None:
    made = await snapshot_of("print('no end', end='')")
    assert outputs(made) == [("stream", {"name": "stdout", "text": "no end"})]


@pytest.mark.parametrize(
    ("source", "name"),
    [
        ("1 / 0", "ZeroDivisionError"),
        ("def", "SyntaxError"),
        ("import sys; sys.exit(3)", "SystemExit"),
    ],
)
async def test_the_first_cell_that_fails_is_the_last(
    snapshot_of: SnapshotOf, source: str, name: str
) -> None:
    made = await snapshot_of("print(1)", source, "print('never')")
    assert [record["reply"]["status"] for record in made.records] == ["ok", "error"]
    assert made.records[1]["reply"]["ename"] == name
    assert "never" not in str(made.told)


async def test_a_notebook_that_ends_its_process_tells_nothing(snapshot_of: SnapshotOf) -> None:
    made = await snapshot_of("import os; os._exit(3)")
    assert made.told is None
    assert await made.process.wait() == 3


async def test_a_notebook_that_takes_all_memory_fails_alone(snapshot_of: SnapshotOf) -> None:
    made = await snapshot_of("kept = bytearray(8 * 2**30)")
    assert made.records[0]["reply"]["ename"] == "MemoryError"


async def test_what_is_printed_inside_an_output_widget_names_the_cell_it_belongs_to(
    snapshot_of: SnapshotOf,
) -> None:
    made = await snapshot_of(
        "import ipywidgets\nout = ipywidgets.Output()\n"
        "with out:\n    print('inside')\nprint('after')"
    )
    (record,) = made.records
    told = [(m["header"]["msg_type"], m["content"]) for m in record["messages"]]
    redirected = [
        content["data"]["state"]["msg_id"]
        for kind, content in told
        if kind == "comm_msg" and "msg_id" in content["data"]["state"]
    ]
    assert redirected == ["cell-0", ""]
    kinds = [kind for kind, _ in told if kind != "status"]
    assert kinds[-4:] == ["comm_msg", "stream", "comm_msg", "stream"]


async def test_a_cell_may_await(snapshot_of: SnapshotOf) -> None:
    made = await snapshot_of(
        "import asyncio\nawait asyncio.sleep(0)\nawait asyncio.gather(asyncio.sleep(0, 1))",
        "async def later():\n    return 5\nawait asyncio.create_task(later())",
    )
    assert [content["data"]["text/plain"] for _, content in outputs(made)] == ["[1]", "5"]


async def test_a_thread_that_goes_on_is_told_by_its_name(snapshot_of: SnapshotOf) -> None:
    made = await snapshot_of(
        "import threading\nstop = threading.Event()\n"
        "threading.Thread(target=stop.wait, name='clock', daemon=True).start()"
    )
    assert made.told
    assert made.told["threads"] == ["clock"]


async def test_threads_that_have_ended_and_those_of_the_loop_are_not_told(
    snapshot_of: SnapshotOf,
) -> None:
    made = await snapshot_of(
        "import asyncio, threading\nt = threading.Thread(target=print)\nt.start()\nt.join()\n"
        "await asyncio.to_thread(print)"
    )
    assert made.told
    assert made.told["threads"] == []


async def test_a_third_partys_script_and_style_sheet_become_files(snapshot_of: SnapshotOf) -> None:
    made = await snapshot_of(THIRD_PARTY + "first, second = Map(), Map()")
    assert made.told
    assert made.told["files"] == MAP_FILES
    maps = [state for state in made.models.values() if state["_model_name"] == "AnyModel"]
    assert len(maps) == 2
    for state in maps:
        assert {state["_esm"], state["_css"]} == MAP_FILES.keys()
        assert "_anywidget_id" not in state


async def test_our_own_widgets_bring_no_script(snapshot_of: SnapshotOf) -> None:
    made = await snapshot_of("from motesklar_widgets import MicrophoneTest\nMicrophoneTest()")
    assert made.told
    assert made.told["files"] == {}
    (own,) = [state for state in made.models.values() if "_module_name" in state]
    assert "_esm" not in own
    assert "_css" not in own


async def test_binary_state_travels_beside_the_message(snapshot_of: SnapshotOf) -> None:
    made = await snapshot_of(THIRD_PARTY + "Map()")
    (opened,) = [
        message
        for message in made.records[0]["messages"]
        if message["content"].get("data", {}).get("buffer_paths")
    ]
    assert opened["content"]["data"]["buffer_paths"] == [["tile"]]
    assert opened["buffers"] == ["AAE="]


async def test_it_runs_in_its_folder_and_finds_code_beside_the_notebook(
    snapshot_of: SnapshotOf, tmp_path: Path
) -> None:
    (tmp_path / "helper.py").write_text("answer = 42")
    made = await snapshot_of("import os, helper\nos.getcwd(), helper.answer")
    ((_, content),) = outputs(made)
    assert ast.literal_eval(content["data"]["text/plain"]) == (str(tmp_path), 42)


async def test_it_knows_its_language_and_lazily_loaded_code_works(snapshot_of: SnapshotOf) -> None:
    made = await snapshot_of("import os, sqlite3, csv\nos.environ['MOTESKLAR_LANGUAGE']")
    ((_, content),) = outputs(made)
    assert content["data"]["text/plain"] == "'sv'"


async def test_values_that_json_does_not_know_do_not_break_what_is_told(
    snapshot_of: SnapshotOf,
) -> None:
    made = await snapshot_of(
        "import ipywidgets\nipywidgets.FloatText(float('nan'))",
        "from IPython.display import display\n"
        "display({'application/json': {'a': float('inf')}, 'text/plain': ''}, raw=True)",
        "print('half \\ud83c')",
    )
    (state,) = [s for s in made.models.values() if s["_model_name"] == "FloatTextModel"]
    assert state["value"] == "nan"
    told = outputs(made)
    assert told[-2][1]["data"]["application/json"] == {"a": "inf"}
    assert told[-1][1]["text"] == "half \ud83c\n"


async def test_a_large_notebook_with_large_outputs_passes(snapshot_of: SnapshotOf) -> None:
    made = await snapshot_of(f"text = {'å' * 400_000!r}\nprint(text)")
    assert outputs(made)[0][1]["text"].count("å") == 400_000


async def test_its_pages_go_on_when_it_is_gone(snapshot_of: SnapshotOf, page_of: PageOf) -> None:
    made = await snapshot_of("import ipywidgets\nslider = ipywidgets.IntSlider()")
    page = await page_of(made)
    made.process.send_signal(signal.SIGKILL)
    assert await made.process.wait() == -signal.SIGKILL
    await page.set(made.model("IntSliderModel"), value=7)
    assert (await page.states())[made.model("IntSliderModel")]["state"]["value"] == 7


async def test_the_end_of_its_channel_ends_it_and_its_pages(
    snapshot_of: SnapshotOf, page_of: PageOf
) -> None:
    made = await snapshot_of("1")
    page = await page_of(made)
    made.channel.close()
    wait_for_end(made.process.pid, page.pid)
    assert not is_running(page.pid)


async def test_it_keeps_nothing_of_pages_that_have_gone(
    snapshot_of: SnapshotOf, page_of: PageOf
) -> None:
    made = await snapshot_of(PROBE)
    await (await page_of(made)).evaluate("1")
    before = descriptors_of(made.process.pid)
    for _ in range(20):
        page = await page_of(made)
        await page.evaluate("1")
        page.client.close()
    wait_until(lambda: len(children_of(made.process.pid)) == 1, "the others are reaped")
    assert descriptors_of(made.process.pid).keys() == before.keys()
