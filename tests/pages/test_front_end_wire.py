"""The browser's frames and the server's are the same ones."""

import base64
from typing import Any

import pytest
from playwright.sync_api import Page

from motesklar.kernels.frames import FrameKind, pack_message, unpack_message
from tests.pages.conftest import OpenModule

pytestmark = pytest.mark.browser

#: Length and kind, which are not for the browser.
SOCKET_HEAD = 5
MESSAGE = {"type": "comm_msg", "comm_id": "å", "data": {"method": "update", "state": {}}}


@pytest.fixture
def page(open_module: OpenModule) -> Page:
    return open_module("10-anywidgets")


def scripts(page: Page) -> str:
    """Where the page's scripts lie, one by one."""
    address = page.evaluate("document.querySelector('script[type=module]').src")
    return str(address).rsplit("/", 2)[0] + "/js"


def run(page: Page, script: str, source: str, argument: Any) -> Any:
    code = f"async argument => {{ const m = await import('{scripts(page)}/{script}'); {source} }}"
    return page.evaluate(code, argument)


def test_the_server_reads_what_the_browser_packs(page: Page) -> None:
    packed = run(
        page,
        "wire.js",
        """const bytes = new Uint8Array([9, 1, 2, 3]);
           const frame = m.pack(argument, [new DataView(bytes.buffer, 1, 2), new Uint8Array(0)]);
           return btoa(String.fromCharCode(...frame));""",
        MESSAGE,
    )
    message, buffers = unpack_message(FrameKind.BINARY, base64.b64decode(packed))
    assert message == MESSAGE
    assert [bytes(buffer) for buffer in buffers] == [b"\1\2", b""]


def test_the_browser_reads_what_the_server_packs(page: Page) -> None:
    frame = pack_message(MESSAGE, [b"\5\6", b"", b"\7"])[SOCKET_HEAD:]
    found = run(
        page,
        "wire.js",
        """const bytes = Uint8Array.from(atob(argument), c => c.charCodeAt(0));
           const { message, buffers } = m.unpack(bytes.buffer);
           const list = buffers.map(b => [...new Uint8Array(b.buffer, b.byteOffset, b.byteLength)]);
           return [message, list];""",
        base64.b64encode(frame).decode(),
    )
    assert found == [MESSAGE, [[5, 6], [], [7]]]


def test_binary_values_are_taken_out_of_a_state_and_put_back(page: Page) -> None:
    found = run(
        page,
        "buffers.js",
        """const view = new DataView(new ArrayBuffer(2));
           const given = { plain: 1, list: [view, { deep: view }], top: view };
           const { state, paths, buffers } = m.takeBuffers(given);
           const bare = structuredClone(state);
           m.putBuffers(state, paths, buffers);
           const isWhole = m.isSame(state, given) && given.list[1].deep === view;
           return [bare, paths.map(String).sort(), isWhole];""",
        None,
    )
    assert found == [
        {"plain": 1, "list": [None, {}]},
        ["list,0", "list,1,deep", "top"],
        True,
    ]


def test_a_new_kernel_is_told_what_the_last_one_made_of_a_value(page: Page) -> None:
    found = run(
        page,
        "changes.js",
        """const changes = new m.Changes();
           const update = (id, state) => {
             const data = { method: "update", state, buffer_paths: [] };
             return { id, type: "comm_msg", comm_id: "a", data };
           };
           changes.overrule("1", "a", { state: { count: 5, double: 10 }, buffer_paths: [] }, []);
           changes.confirm(update("1", { count: 8, name: "x" }), []);
           changes.overrule("2", "a", { state: { name: "reset" }, buffer_paths: [] }, []);
           return changes.updates(() => "id").map(({ message }) => message.data.state);""",
        None,
    )
    assert found == [{"count": 5, "name": "reset"}]
