"""A page's kernel hands widgets their messages, survives their faults, and does nothing else."""

import asyncio
import os
import signal
import socket
from typing import Any

import pytest

from motesklar.kernels import frames
from motesklar.kernels.fork_client import fork
from motesklar.kernels.frames import pack_message
from motesklar.kernels.limits import PAGE_LIMITS
from motesklar.kernels.widget_files import file_name
from tests.kernels.conftest import (
    ANSWER_SECONDS,
    PROBE,
    Message,
    PageOf,
    SnapshotOf,
    is_idle,
    printed,
    updates,
)

pytestmark = pytest.mark.slow

#: A button on whose click the cell's own `clicked` runs.
BUTTON = """\
import ipywidgets
button = ipywidgets.Button()
@button.on_click
def on_click(button):
    clicked()
"""


def button_that(body: str) -> str:
    """A cell with a button, and what its click does."""
    lines = "".join(f"    {line}\n" for line in body.splitlines())
    return f"{BUTTON}def clicked():\n{lines}"


def errors(received: list[Message]) -> list[str]:
    return [message.content["ename"] for message in received if message.type == "error_output"]


async def test_observers_and_links_answer_a_change(
    snapshot_of: SnapshotOf, page_of: PageOf
) -> None:
    made = await snapshot_of(
        "import ipywidgets as w\nfrom traitlets import link\n"
        "slider, text, label = w.IntSlider(), w.IntText(), w.Label()\n"
        "link((slider, 'value'), (text, 'value'))\n"
        "slider.observe(lambda c: setattr(label, 'value', f'{c[\"old\"]}-{c[\"new\"]}'), 'value')"
    )
    page = await page_of(made)
    received = await page.set(made.model("IntSliderModel"), value=7)
    assert updates(received) == {
        made.model("IntTextModel"): {"value": 7},
        made.model("LabelModel"): {"value": "0-7"},
    }
    received = await page.set(made.model("IntTextModel"), value=9)
    assert updates(received)[made.model("IntSliderModel")] == {"value": 9}


async def test_an_impossible_value_is_corrected_and_told(
    snapshot_of: SnapshotOf, page_of: PageOf
) -> None:
    made = await snapshot_of("import ipywidgets\nslider = ipywidgets.IntSlider(max=10)")
    page = await page_of(made)
    received = await page.set(made.model("IntSliderModel"), value=99)
    assert updates(received) == {made.model("IntSliderModel"): {"value": 10}}


async def test_a_click_runs_its_callback_and_what_it_prints_is_told(
    snapshot_of: SnapshotOf, page_of: PageOf
) -> None:
    made = await snapshot_of(button_that("print('hej')\nprint('no end', end='')"))
    page = await page_of(made)
    sent = await page.click(made.model("ButtonModel"))
    assert printed(sent) == "hej\nno end"
    assert {message.parent for message in sent} == {"m1"}


async def test_interact_calculates_anew_into_its_output(
    snapshot_of: SnapshotOf, page_of: PageOf
) -> None:
    made = await snapshot_of(
        "from ipywidgets import interact\ninteract(lambda x: f'twice: {2 * x}', x=(0, 10))"
    )
    page = await page_of(made)
    received = await page.set(made.model("IntSliderModel"), value=4)
    redirected = [
        message.data["state"]["msg_id"]
        for message in received
        if message.type == "comm_msg" and "msg_id" in message.data["state"]
    ]
    assert redirected == ["m1", ""]
    shown = [m.content["data"]["text/plain"] for m in received if m.type == "display_data"]
    assert shown == ["'twice: 8'"]
    assert "clear_output" in [message.type for message in received]


async def test_each_message_is_acknowledged_after_what_it_caused(
    snapshot_of: SnapshotOf, page_of: PageOf
) -> None:
    page = await page_of(await snapshot_of(button_that("print(1)")))
    sent = [await page.send(page.snapshot.model("ButtonModel"), click) for click in [CLICK] * 3]
    for each in sent:
        received = await page.receive_until(lambda message, id_=each: is_idle(message, id_))
        assert {message.parent for message in received} == {each}
        assert [message.type for message in received] == ["status", "stream", "status"]


CLICK = {"method": "custom", "content": {"event": "click"}}


async def test_a_message_that_comes_twice_is_handled_once_and_acknowledged_twice(
    snapshot_of: SnapshotOf, page_of: PageOf
) -> None:
    page = await page_of(await snapshot_of(button_that("print('clicked')")))
    button = page.snapshot.model("ButtonModel")
    assert printed(await page.tell(button, CLICK, id="same")) == "clicked\n"
    assert await page.tell(button, CLICK, id="same") == []
    assert printed(await page.tell(button, CLICK, id="other")) == "clicked\n"


@pytest.mark.parametrize(
    "kind",
    [
        "execute_request",
        "kernel_info_request",
        "complete_request",
        "inspect_request",
        "shutdown_request",
        "interrupt_request",
        "debug_request",
        "input_reply",
        "apply_request",
        "create_subshell_request",
        "",
    ],
)
async def test_only_messages_for_widgets_are_handled(
    snapshot_of: SnapshotOf, page_of: PageOf, kind: str
) -> None:
    page = await page_of(await snapshot_of(PROBE + "touched = False"))
    content = {"code": "touched = True", "silent": False, "restart": False}
    await page.client.send(pack_message({"type": kind, "id": "x", "content": content} | content))
    assert await page.evaluate("touched") is False


async def test_a_callback_that_fails_is_told_without_its_code_and_the_kernel_lives(
    snapshot_of: SnapshotOf, page_of: PageOf
) -> None:
    made = await snapshot_of(
        button_that("secret = 1 / 0"),
        "slider = ipywidgets.IntSlider()\nslider.observe(lambda change: {}['none'], 'value')",
    )
    page = await page_of(made)
    for received, name in [
        (await page.click(made.model("ButtonModel")), "ZeroDivisionError"),
        (await page.set(made.model("IntSliderModel"), value=3), "KeyError"),
    ]:
        assert errors(received) == [name]
        assert "secret" not in str([message.content for message in received])
    assert errors(await page.click(made.model("ButtonModel"))) == ["ZeroDivisionError"]


@pytest.mark.parametrize(
    "data", [{}, {"method": "update"}, {"method": "none"}, {"method": 7, "state": "x"}]
)
async def test_a_message_that_makes_no_sense_is_acknowledged_and_harms_nothing(
    snapshot_of: SnapshotOf, page_of: PageOf, data: dict[str, Any]
) -> None:
    page = await page_of(await snapshot_of(PROBE))
    await page.tell(page.snapshot.model("LabelModel"), data)
    await page.tell("no-such-comm", data)
    await page.tell("new", data, type="comm_open", target_name="none")
    assert await page.evaluate("1 + 1") == 2


async def test_tasks_that_a_callback_starts_run_and_tell_whose_they_are(
    snapshot_of: SnapshotOf, page_of: PageOf
) -> None:
    made = await snapshot_of(
        button_that(
            "import asyncio\nglobal task\ntask = asyncio.create_task(later())\nprint('now')"
        ),
        "import asyncio\nasync def later():\n    await asyncio.sleep(0.01)\n    print('later')",
        "label = ipywidgets.Label()",
    )
    page = await page_of(made)
    assert printed(await page.click(made.model("ButtonModel"))) == "now\n"
    # another message comes between, and the task still belongs to the first one
    await page.set(made.model("LabelModel"), value="between")
    (message,) = await page.receive_until(lambda message: message.type == "stream")
    assert (message.content["text"], message.parent) == ("later\n", "m1")


async def test_a_thread_that_a_callback_starts_can_print_and_change_widgets(
    snapshot_of: SnapshotOf, page_of: PageOf
) -> None:
    made = await snapshot_of(
        button_that("import threading\nthreading.Thread(target=work).start()"),
        "label = ipywidgets.Label()\n"
        "def work():\n    label.value = 'from a thread'\n    print('and said')",
    )
    page = await page_of(made)
    sent = await page.send(made.model("ButtonModel"), CLICK)
    seen: list[Message] = []

    def whole(message: Message) -> bool:
        seen.append(message)
        acknowledged = any(is_idle(each, sent) for each in seen)
        return acknowledged and bool(printed(seen)) and bool(updates(seen))

    await page.receive_until(whole)
    assert printed(seen) == "and said\n"
    assert updates(seen) == {made.model("LabelModel"): {"value": "from a thread"}}


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ("import sys; sys.exit(3)", 3),
        ("import os; os._exit(4)", 4),
        ("import os, signal; os.kill(os.getpid(), signal.SIGSEGV)", -signal.SIGSEGV),
    ],
)
async def test_a_callback_that_ends_its_process_ends_no_other(
    snapshot_of: SnapshotOf, page_of: PageOf, body: str, status: int
) -> None:
    made = await snapshot_of(button_that(body), PROBE)
    other, page = await page_of(made), await page_of(made)
    await page.send(made.model("ButtonModel"), CLICK)
    assert await page.ended() == status
    assert await other.evaluate("1") == 1
    assert await (await page_of(made)).evaluate("2") == 2


async def test_a_callback_that_never_ends_runs_into_the_limit_alone(
    snapshot_of: SnapshotOf, page_of: PageOf
) -> None:
    made = await snapshot_of(
        # a minute, lowered so that the test does not take one
        button_that("resource.setrlimit(resource.RLIMIT_CPU, (1, 1))\nwhile True: pass"),
        "import resource\n" + PROBE,
    )
    other, page = await page_of(made), await page_of(made)
    assert await page.evaluate("resource.getrlimit(resource.RLIMIT_CPU)[1]") == 60
    await page.send(made.model("ButtonModel"), CLICK)
    assert await page.ended() == -signal.SIGKILL
    assert await other.evaluate("1") == 1


async def test_too_much_memory_is_an_error_and_the_kernel_lives(
    snapshot_of: SnapshotOf, page_of: PageOf
) -> None:
    size = PAGE_LIMITS.memory_bytes + 2**24
    made = await snapshot_of(button_that(f"bytearray({size})"), PROBE, "kept = bytearray(2**28)")
    page = await page_of(made)
    assert errors(await page.click(made.model("ButtonModel"))) == ["MemoryError"]
    assert await page.evaluate("len(bytearray(2**28))") == 2**28


async def test_a_file_that_grows_too_large_is_an_error_and_the_kernel_lives(
    snapshot_of: SnapshotOf, page_of: PageOf
) -> None:
    made = await snapshot_of(
        button_that(f"open('large', 'wb').truncate({PAGE_LIMITS.file_bytes + 1})"), PROBE
    )
    page = await page_of(made)
    assert errors(await page.click(made.model("ButtonModel"))) == ["OSError"]
    assert await page.evaluate("1") == 1


async def test_an_answer_that_no_frame_holds_is_an_error_and_the_kernel_lives(
    snapshot_of: SnapshotOf, page_of: PageOf
) -> None:
    body = f"button.send({{}}, buffers=[bytes({frames.MAX_FRAME_BYTES})])"
    made = await snapshot_of(button_that(body), PROBE)
    page = await page_of(made)
    assert errors(await page.click(made.model("ButtonModel"))) == ["BadFrame"]
    assert await page.evaluate("1") == 1


async def test_the_end_of_its_channel_ends_it(snapshot_of: SnapshotOf) -> None:
    made = await snapshot_of("1")
    ours, theirs = socket.socketpair()
    with ours, theirs:
        process = await fork(made.path, "page", {}, [theirs.fileno()])
        theirs.close()
        ours.close()
        async with asyncio.timeout(ANSWER_SECONDS):
            assert await process.wait() == 0


async def test_a_server_that_closes_without_reading_ends_it(snapshot_of: SnapshotOf) -> None:
    made = await snapshot_of(button_that("print('x' * 10_000_000)"))
    ours, theirs = socket.socketpair()
    with ours, theirs:
        process = await fork(made.path, "page", {}, [theirs.fileno()])
        theirs.close()
        message = {"type": "comm_msg", "id": "a", "comm_id": made.model("ButtonModel")}
        ours.sendall(pack_message(message | {"data": CLICK}))
        assert ours.recv(1)  # it is in the middle of writing more than a socket holds
        ours.close()
        async with asyncio.timeout(ANSWER_SECONDS):
            assert await process.wait() == 0


async def test_bytes_that_are_no_frame_end_it(snapshot_of: SnapshotOf, page_of: PageOf) -> None:
    page = await page_of(await snapshot_of("1"))
    await page.client.send(b"GET / HTTP/1.1\r\n\r\n")
    assert await page.receive() is None
    assert await page.ended() == 0


#: A widget as others publish them, with binary state, and an answer to its own messages.
PICTURE = """\
import anywidget, traitlets
class Picture(anywidget.AnyWidget):
    _esm = "export default {} // picture"
    pixels = traitlets.Any(b"").tag(sync=True)
    def __init__(self, **traits):
        super().__init__(**traits)
        self.on_msg(lambda widget, content, buffers: widget.send(
            {"got": content, "sizes": [len(buffer) for buffer in buffers]},
            buffers=[bytes(reversed(bytes(buffer))) for buffer in buffers]))
picture = Picture()
"""
PICTURE_FILE = file_name("export default {} // picture", ".js")


async def test_custom_messages_and_their_buffers_pass_both_ways(
    snapshot_of: SnapshotOf, page_of: PageOf
) -> None:
    made = await snapshot_of(PICTURE)
    page = await page_of(made)
    data = {"method": "custom", "content": {"å": [1, None]}}
    (answer,) = await page.tell(made.model("AnyModel"), data, [b"abc", b"", bytes(100_000)])
    assert answer.data["content"] == {"got": {"å": [1, None]}, "sizes": [3, 0, 100_000]}
    assert answer.buffers == [b"cba", b"", bytes(100_000)]


async def test_binary_state_passes_both_ways(snapshot_of: SnapshotOf, page_of: PageOf) -> None:
    made = await snapshot_of(
        PICTURE
        + "picture.observe(lambda c: setattr(copy, 'pixels', bytes(c['new']) * 2), 'pixels')\n",
        "class Copy(Picture):\n    kind = traitlets.Unicode('copy').tag(sync=True)\ncopy = Copy()",
    )
    (copy,) = [name for name, state in made.models.items() if state.get("kind") == "copy"]
    (picture,) = [n for n, s in made.models.items() if "_esm" in s and n != copy]
    page = await page_of(made)
    data = {"method": "update", "state": {}, "buffer_paths": [["pixels"]]}
    (answer,) = await page.tell(picture, data, [b"\x00\xff"])
    assert (answer.content["comm_id"], answer.data["buffer_paths"]) == (copy, [["pixels"]])
    assert answer.buffers == [b"\x00\xff\x00\xff"]


async def test_all_states_can_be_asked_for_and_name_files(
    snapshot_of: SnapshotOf, page_of: PageOf
) -> None:
    made = await snapshot_of(PICTURE, "import ipywidgets\nipywidgets.IntSlider(3)")
    page = await page_of(made)
    await page.set(made.model("IntSliderModel"), value=8)
    states = await page.states()
    assert states.keys() == made.models.keys()
    assert states[made.model("IntSliderModel")]["state"]["value"] == 8
    assert states[made.model("AnyModel")]["state"]["_esm"] == PICTURE_FILE
    assert page.files == {}  # the server has it from the snapshot


async def test_a_widget_made_after_the_fork_brings_its_file_once(
    snapshot_of: SnapshotOf, page_of: PageOf
) -> None:
    made = await snapshot_of(
        button_that("Late()\nLate()"),
        "import anywidget\nclass Late(anywidget.AnyWidget):\n"
        "    _esm = 'export default {} // late'\n    _css = '.late {}'",
    )
    assert made.told
    assert made.told["files"] == {}
    page = await page_of(made)
    received = await page.click(made.model("ButtonModel"))
    opened = [m.data["state"] for m in received if m.type == "comm_open"]
    late = [state for state in opened if "_esm" in state]
    names = file_name("export default {} // late", ".js"), file_name(".late {}", ".css")
    assert [(state["_esm"], state["_css"]) for state in late] == [names] * 2
    assert page.files == {names[0]: "export default {} // late", names[1]: ".late {}"}


async def test_models_made_after_the_fork_are_new_in_every_page(
    snapshot_of: SnapshotOf, page_of: PageOf
) -> None:
    made = await snapshot_of(button_that("ipywidgets.Text()"))
    names: set[str] = set()
    for page in [await page_of(made), await page_of(made)]:
        received = await page.click(made.model("ButtonModel"))
        names |= {m.content["comm_id"] for m in received if m.type == "comm_open"}
    assert len(names) == 6  # a text, its layout and its style, in each
    assert not names & made.models.keys()


async def test_siblings_draw_different_numbers_unless_the_notebook_gave_a_seed(
    snapshot_of: SnapshotOf, page_of: PageOf
) -> None:
    made = await snapshot_of(
        PROBE + "import random, uuid, secrets\nseeded = random.Random(7)\nrandom.seed(7)"
    )
    pages = [await page_of(made) for _ in range(3)]
    for expression in ["random.random()", "secrets.token_hex()", "str(uuid.uuid4())"]:
        assert len({await page.evaluate(expression) for page in pages}) == 3
    assert len({await page.evaluate("seeded.random()") for page in pages}) == 1


async def test_siblings_draw_different_numbers_from_numpy_too(
    snapshot_of: SnapshotOf, page_of: PageOf
) -> None:
    pytest.importorskip("numpy")
    made = await snapshot_of(
        PROBE + "import numpy\nnumpy.random.seed(7)\nseeded = numpy.random.default_rng(7)"
    )
    pages = [await page_of(made) for _ in range(3)]
    assert len({await page.evaluate("float(numpy.random.random())") for page in pages}) == 3
    assert len({await page.evaluate("float(seeded.random())") for page in pages}) == 1


async def test_eighty_at_once_each_have_their_own(snapshot_of: SnapshotOf, page_of: PageOf) -> None:
    made = await snapshot_of(PROBE + "import os")
    pages = await asyncio.gather(*(page_of(made) for _ in range(80)))
    told = await asyncio.gather(*(page.evaluate("os.getpid()") for page in pages))
    assert told == [page.pid for page in pages]
    assert len(set(told)) == 80
    assert os.getpid() not in told
