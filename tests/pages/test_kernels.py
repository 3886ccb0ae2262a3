"""A page's kernel answers its own page and nobody else, and runs no code of the browser's."""

import json
import os
import signal
import struct
from typing import Any

import httpx
import pytest
from tornado.httpclient import HTTPClientError

from motesklar.pages.messages import CLOSE_BYE, CLOSE_OVER
from tests.conftest import RunningCourse
from tests.kernels.conftest import children_of, is_running, wait_for_end
from tests.pages.visitors import (
    PROBE_MODULE,
    SECOND_MODULE,
    PageView,
    dial,
    kernel_of,
    open_page,
    updates,
)

pytestmark = pytest.mark.slow

SHIPPED = ("01-why-meet-online", "02-test-your-equipment", "03-your-first-practice-call")
CODE = {
    "code": "print('run')",
    "silent": False,
    "store_history": False,
    "user_expressions": {},
    "allow_stdin": False,
}


@pytest.fixture
def kerstin(probe_course: RunningCourse) -> httpx.Client:
    return probe_course.client(probe_course.person("Kerstin"))


@pytest.fixture
def view(kerstin: httpx.Client) -> PageView:
    return open_page(kerstin)


def page_kernels(course: RunningCourse) -> set[int]:
    """Process ids: kernels are children of snapshots, which are children of the template."""
    assert course.process
    return {
        kernel
        for template in children_of(course.process.pid)
        for snapshot in children_of(template)
        for kernel in children_of(snapshot)
    }


def saved_answers(client: httpx.Client) -> Any:
    return client.get(f"/api/modules/{PROBE_MODULE}/state").json()


# opening and touching


def test_opening_a_page_starts_no_process(probe_course: RunningCourse) -> None:
    client = probe_course.client(probe_course.person("Ada"))
    before = page_kernels(probe_course)
    for module in (PROBE_MODULE, SECOND_MODULE) * 3:
        open_page(client, module)
    assert page_kernels(probe_course) <= before


async def test_a_touched_widget_is_answered_by_the_pages_own_kernel(
    probe_course: RunningCourse, kerstin: httpx.Client, view: PageView
) -> None:
    before = page_kernels(probe_course)
    async with kernel_of(kerstin, view) as line:
        ready = await line.ready()
        assert await line.evaluate("os.getpid()") in page_kernels(probe_course) - before
        assert ready["build"] == view.build
        assert (ready["resumed"], ready["missed"]) == (False, False)
        assert await line.double(21) == 42


async def test_the_courses_own_calculator_calculates(course: RunningCourse) -> None:
    client = course.client(course.person("Kerstin"))
    view = open_page(client, SHIPPED[0])
    calculator, model = next(
        (i, m)
        for i, m in view.models.items()
        if m["state"].get("_module_name") == "trip_calculator"
    )
    km = model["state"]["km"]
    async with kernel_of(client, view) as line:
        await line.ready()
        update = {"method": "update", "state": {"km": km * 2}, "buffer_paths": []}
        told = updates(await line.tell(calculator, update))
    assert told[calculator]["result"] != model["state"]["result"]


async def test_the_kernel_knows_every_widget_of_the_page_by_the_same_name(
    kerstin: httpx.Client, view: PageView
) -> None:
    async with kernel_of(kerstin, view) as line:
        await line.ready()
        states = await line.states()
    assert set(states) == set(view.models)
    slider = view.model("IntSliderModel")
    assert states[slider] == view.models[slider]["state"]


async def test_two_pages_of_one_person_have_a_kernel_each(kerstin: httpx.Client) -> None:
    first, second = open_page(kerstin), open_page(kerstin)
    async with kernel_of(kerstin, first) as one, kernel_of(kerstin, second) as other:
        assert (await one.ready())["kernel"] != (await other.ready())["kernel"]
        await one.double(50)
        slider = second.model("IntSliderModel")
        assert (await other.states())[slider]["value"] == 1


async def test_a_ping_is_answered(kerstin: httpx.Client, view: PageView) -> None:
    async with kernel_of(kerstin, view) as line:
        await line.send('{"type": "ping"}')
        await line.until("pong")


# code


@pytest.mark.parametrize(
    "message",
    [
        {"type": "execute_request", "id": "1", "content": CODE},
        {"type": "comm_msg", "id": "1", "comm_id": "c", "data": {}, "content": CODE},
        {"header": {"msg_type": "execute_request", "msg_id": "1"}, "content": CODE},
        {"channel": "shell", "header": {"msg_type": "execute_request"}, "content": CODE},
        {"type": "inspect_request", "id": "1", "content": CODE},
        {"type": "input_reply", "id": "1", "content": {"value": "1"}},
        {"type": "shutdown_request", "id": "1", "content": {"restart": False}},
    ],
)
async def test_code_sent_to_the_kernel_is_never_run(
    kerstin: httpx.Client, view: PageView, message: dict[str, Any]
) -> None:
    line = await dial(kerstin, view)
    kernel = (await line.ready())["kernel"]
    await line.send(json.dumps(message))
    (error,) = await line.until("error")
    assert error["code"] == "bad_request"
    assert error["next_step"]
    assert await line.closed() == CLOSE_OVER
    # the kernel answers in order, so a run would have told of itself before this answer
    async with kernel_of(kerstin, view, kernel) as again:
        assert (await again.ready())["resumed"] is True
        assert await again.evaluate("'run' in dir()") is False


async def test_a_message_for_a_widget_that_does_not_exist_does_nothing(
    kerstin: httpx.Client, view: PageView
) -> None:
    async with kernel_of(kerstin, view) as line:
        await line.ready()
        received = await line.tell("no-such-widget", {"method": "update", "state": {"value": 1}})
        assert {message["type"] for message in received} == {"status"}
        assert await line.double(4) == 8


@pytest.mark.parametrize("target", ["jupyter.widget", "os.system", "matplotlib", ""])
async def test_a_page_may_open_no_comm_but_the_one_for_states(
    kerstin: httpx.Client, view: PageView, target: str
) -> None:
    async with kernel_of(kerstin, view) as line:
        await line.ready()
        before = await line.evaluate("len(ipywidgets.Widget.widgets)")
        state = {"_model_module": "os", "_model_name": "system", "_view_name": "x"}
        await line.tell("mine", {"state": state, "buffer_paths": []}, opening=target)
        assert await line.double(5) == 10
        assert await line.evaluate("len(ipywidgets.Widget.widgets)") == before


@pytest.mark.parametrize(
    "frame",
    [
        "",
        "null",
        "[" * 100_000,
        b"",
        b"\xff" * 100,
        struct.pack("!I", 2**31) + b"{}",
        '{"type": "comm_msg"}',
    ],
    ids=["empty", "null", "nested", "no bytes", "bytes", "length", "half"],
)
async def test_garbage_is_told_as_an_error_and_leaves_the_kernel_alone(
    kerstin: httpx.Client, view: PageView, frame: str | bytes
) -> None:
    line = await dial(kerstin, view)
    kernel = (await line.ready())["kernel"]
    await line.double(3)
    await line.send(frame)
    assert (await line.until("error"))[-1]["code"] == "bad_request"
    assert await line.closed() == CLOSE_OVER
    async with kernel_of(kerstin, view, kernel) as again:
        await again.ready()
        assert (await again.states())[view.model("IntTextModel")]["value"] == 6


async def test_a_message_that_is_too_large_is_never_read(
    kerstin: httpx.Client, view: PageView
) -> None:
    line = await dial(kerstin, view)
    kernel = (await line.ready())["kernel"]
    await line.send("x" * (1024 * 1024 + 1))
    assert await line.closed() == 1009  # RFC 6455 7.4.1: too big to process
    async with kernel_of(kerstin, view, kernel) as again:
        assert (await again.ready())["resumed"] is True


async def test_a_flood_is_refused_with_a_word(kerstin: httpx.Client, view: PageView) -> None:
    line = await dial(kerstin, view)
    await line.ready()
    for _ in range(700):
        await line.send('{"type": "ping"}')
    assert (await line.until("error"))[-1]["code"] == "too_many"
    assert await line.closed() == CLOSE_OVER


# whose it is


async def test_another_person_reaches_neither_kernel_nor_door(
    probe_course: RunningCourse, kerstin: httpx.Client, view: PageView
) -> None:
    stranger = probe_course.client(probe_course.person("Bo"))
    async with kernel_of(kerstin, view) as line:
        kernel = (await line.ready())["kernel"]
        await line.double(500)
        async with kernel_of(stranger, view, kernel) as other:
            ready = await other.ready()
            assert ready["resumed"] is False
            assert ready["kernel"] != kernel
            values = [state.get("value") for state in (await other.states()).values()]
            assert 500 not in values
            assert 1000 not in values
        assert stranger.delete(f"/api/kernels/{kernel}").status_code == 404
        assert await line.double(4) == 8


async def test_who_is_not_signed_in_reaches_nothing(
    probe_course: RunningCourse, kerstin: httpx.Client, view: PageView
) -> None:
    nobody = probe_course.client()
    async with kernel_of(kerstin, view) as line:
        kernel = (await line.ready())["kernel"]
        with pytest.raises(HTTPClientError, match="401"):
            await dial(nobody, view, kernel)
        assert nobody.delete(f"/api/kernels/{kernel}").status_code == 401
        assert nobody.get(f"/m/{PROBE_MODULE}").status_code == 302


async def test_another_hosts_page_can_not_speak_in_a_persons_name(
    kerstin: httpx.Client, view: PageView
) -> None:
    with pytest.raises(HTTPClientError, match="403"):
        await dial(kerstin, view, headers={"Origin": "https://elsewhere.example"})


async def test_the_same_person_on_another_device_has_another_kernel(
    probe_course: RunningCourse,
) -> None:
    person = probe_course.person("Cilla")
    first, second = probe_course.client(person), probe_course.client(person)
    view = open_page(first)
    async with kernel_of(first, view) as line:
        kernel = (await line.ready())["kernel"]
        async with kernel_of(second, view, kernel) as other:
            assert (await other.ready())["kernel"] != kernel
        assert second.delete(f"/api/kernels/{kernel}").status_code == 404
        assert first.delete(f"/api/kernels/{kernel}").status_code == 204
        assert first.delete(f"/api/kernels/{kernel}").status_code == 404
        await line.until("lost")
        assert await line.closed() == CLOSE_OVER


async def test_a_module_that_the_course_lacks_has_no_kernel(
    kerstin: httpx.Client, view: PageView
) -> None:
    elsewhere = PageView("99-nowhere", view.version, view.build, {}, "")
    line = await dial(kerstin, elsewhere)
    assert (await line.until("error"))[-1]["code"] == "not_found"
    assert await line.closed() == CLOSE_OVER


@pytest.mark.parametrize("asked", [{"page": ""}, {"version": ""}, {"page": "x" * 65}])
async def test_a_page_that_does_not_say_what_it_is_is_refused(
    kerstin: httpx.Client, view: PageView, asked: dict[str, str]
) -> None:
    line = await dial(kerstin, view, asked=asked)
    assert (await line.until("error"))[-1]["code"] == "bad_request"
    assert await line.closed() == CLOSE_OVER


async def test_a_version_that_nobody_knows_is_told_to_reload(
    kerstin: httpx.Client, view: PageView
) -> None:
    line = await dial(kerstin, view, asked={"version": "0123456789ab"})
    assert (await line.receive()) == {"type": "renewed"}
    assert await line.closed() == CLOSE_OVER


@pytest.mark.parametrize(
    "path",
    [
        "/api/kernels",
        "/api/kernels/00000000-0000-0000-0000-000000000000",
        "/api/kernels/00000000-0000-0000-0000-000000000000/channels",
        "/api/contents",
        "/api/sessions",
        "/api/terminals",
        "/api/kernelspecs",
        "/voila/tree",
        "/voila/render/lesson.ipynb",
        f"/voila/files/{SHIPPED[0]}/lesson.ipynb",
        "/voila/api/contents/lesson.ipynb",
        "/voila/api/shutdown/x",
        "/voila/query/00000000-0000-0000-0000-000000000000",
        "/tree",
        "/lab",
        f"/m/{SHIPPED[0]}/lesson.ipynb",
        "/m/..%2f..%2fkernels.log",
        "/widget-files/../kernels.log",
        "/static/000000000000/../../lesson.ipynb",
        "/static/000000000000/widgets/../__init__.py",
        "/static/000000000000/../app.py",
    ],
)
def test_nothing_else_of_jupyter_or_the_disk_can_be_reached(
    course: RunningCourse, path: str
) -> None:
    client = course.client(course.person("Mallory"))
    cookies = {"Cookie": "; ".join(f"{name}={value}" for name, value in client.cookies.items())}
    raw = httpx.Request("GET", course.url + path, headers=cookies)
    raw.url = httpx.URL(course.url).copy_with(raw_path=path.encode())
    assert client.send(raw).status_code in (403, 404, 405)


def test_hidden_tests_and_right_answers_are_not_in_the_page(course: RunningCourse) -> None:
    client = course.client(course.person("Dan"))
    for module in SHIPPED:
        source = open_page(client, module).source
        for word in ("HIDDEN TESTS", "BEGIN SOLUTION", "assert ", "explanation ="):
            assert word not in source


def test_our_own_widgets_bring_no_script_with_them(course: RunningCourse) -> None:
    models = open_page(course.client(course.person("Dan")), SHIPPED[0]).models.values()
    ours = [model["state"] for model in models if "_module_name" in model["state"]]
    assert ours
    assert not any({"_esm", "_css", "_anywidget_id"} & set(state) for state in ours)


# ends


async def test_a_page_that_says_goodbye_ends_its_process(
    kerstin: httpx.Client, view: PageView
) -> None:
    line = await dial(kerstin, view)
    await line.ready()
    pid = await line.evaluate("os.getpid()")
    line.socket.close(CLOSE_BYE)
    wait_for_end(pid)


async def test_a_page_that_loses_its_connection_finds_its_values_again(
    kerstin: httpx.Client, view: PageView
) -> None:
    line = await dial(kerstin, view)
    ready = await line.ready()
    pid = await line.evaluate("os.getpid()")
    await line.double(7)
    line.lose()
    async with kernel_of(kerstin, view, ready["kernel"]) as again:
        # the last answers may have been on their way when the connection broke
        assert await again.ready() == ready | {"resumed": True, "missed": True}
        assert (await again.states())[view.model("IntTextModel")]["value"] == 14
        assert await again.evaluate("os.getpid()") == pid


async def test_a_message_that_is_sent_again_is_acknowledged_but_handled_once(
    kerstin: httpx.Client, view: PageView
) -> None:
    append = {"ask": "os.environ.update(N=os.environ.get('N', '') + 'x')"}
    message = {"type": "comm_msg", "id": "same", "comm_id": view.model("LabelModel")}
    frame = json.dumps(message | {"data": {"method": "custom", "content": append}})
    line = await dial(kerstin, view)
    kernel = (await line.ready())["kernel"]
    await line.send(frame)
    line.lose()
    async with kernel_of(kerstin, view, kernel) as again:
        await again.ready()
        await again.send(frame)
        await again.until_idle("same")
        assert await again.evaluate("os.environ['N']") == "x"


async def test_a_kernel_that_dies_takes_nothing_along(
    probe_course: RunningCourse, kerstin: httpx.Client, view: PageView
) -> None:
    answers = saved_answers(kerstin)
    neighbour = probe_course.client(probe_course.person("Eva"))
    async with kernel_of(neighbour, open_page(neighbour)) as other:
        await other.ready()
        async with kernel_of(kerstin, view) as line:
            await line.ready()
            os.kill(await line.evaluate("os.getpid()"), signal.SIGKILL)
            await line.until("lost")
            assert await line.closed() == CLOSE_OVER
        async with kernel_of(kerstin, view) as again:
            assert (await again.ready())["resumed"] is False
            assert await again.double(4) == 8
        assert await other.double(5) == 10
    assert saved_answers(kerstin) == answers
    assert open_page(kerstin).version == view.version


async def test_a_kernel_that_exits_or_takes_all_memory_ends_alone(
    kerstin: httpx.Client, view: PageView
) -> None:
    async with kernel_of(kerstin, view) as line:
        await line.ready()
        ask = {"method": "custom", "content": {"ask": "bytearray(2 << 30)"}}
        await line.tell(view.model("LabelModel"), ask)
        assert await line.double(6) == 12  # the widget's own failure; its kernel goes on
        pid = await line.evaluate("os.getpid()")
        exiting = {"method": "custom", "content": {"ask": "os._exit(3)"}}
        message = {"type": "comm_msg", "id": "x", "comm_id": view.model("LabelModel")}
        await line.send(json.dumps(message | {"data": exiting}))
        await line.until("lost")
    assert not is_running(pid)
