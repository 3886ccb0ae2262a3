"""Scripts and style sheets that third-party widgets bring are files of our own host."""

import hashlib
import json

import httpx
import pytest

from motesklar.errors import NotFound
from motesklar.pages import files
from motesklar.pages.files import FileStore
from tests.conftest import RunningCourse
from tests.pages.visitors import kernel_of, open_page

THIRD_PARTY = "11-third-party"
AUTHORS_OWN = "10-anywidgets"


def name_of(text: str, suffix: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:32] + suffix


def test_a_file_is_found_by_the_name_that_its_content_has() -> None:
    store = FileStore()
    store.add({name_of("export {}", ".js"): "export {}", name_of("b {}", ".css"): "b {}"})
    assert store.read(name_of("export {}", ".js")) == "export {}"
    assert store.read(name_of("b {}", ".css")) == "b {}"
    with pytest.raises(NotFound):
        store.read(name_of("export {}", ".css"))


@pytest.mark.parametrize(
    "name",
    [
        name_of("something else", ".js"),
        "../../etc/passwd",
        "0" * 32 + ".html",
        "0" * 31 + ".js",
        "0" * 32,
        name_of("alert(1)", ".js") + "\n",
        name_of("alert(1)", ".js").upper(),
    ],
)
def test_a_name_that_does_not_fit_the_content_is_never_kept(name: str) -> None:
    store = FileStore()
    store.add_frame(json.dumps({"name": name, "text": "alert(1)"}).encode())
    with pytest.raises(NotFound):
        store.read(name)


def test_the_oldest_is_forgotten_when_there_are_too_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "FILES_MAX", 3)
    store = FileStore()
    names = [name_of(str(number), ".js") for number in range(5)]
    for number, name in enumerate(names):
        store.add({name: str(number)})
    for name in names[:2]:
        with pytest.raises(NotFound):
            store.read(name)
    assert [store.read(name) for name in names[2:]] == ["2", "3", "4"]


# over HTTP


@pytest.fixture
def visitor(widget_course: RunningCourse) -> httpx.Client:
    return widget_course.client(widget_course.person("Kerstin"))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("module", "key", "kind"),
    [
        (THIRD_PARTY, "_esm", "text/javascript"),
        (AUTHORS_OWN, "_esm", "text/javascript"),
        (AUTHORS_OWN, "_css", "text/css"),
    ],
)
def test_what_a_widget_brings_is_served_and_kept_for_ever(
    visitor: httpx.Client, module: str, key: str, kind: str
) -> None:
    view = open_page(visitor, module)
    names = {m["state"][key] for m in view.models.values() if m["state"].get(key)}
    assert names
    for name in names:
        answer = visitor.get(f"/widget-files/{name}")
        assert answer.status_code == 200
        assert answer.headers["Content-Type"] == f"{kind}; charset=utf-8"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert "immutable" in answer.headers["Cache-Control"]
        assert "public" in answer.headers["Cache-Control"]
        assert name_of(answer.text, name[32:]) == name
        assert answer.text not in view.source


@pytest.mark.slow
@pytest.mark.parametrize(
    "name", ["0" * 32 + ".js", "lesson.ipynb", "../kernels.log", "..%2fkernels.log", ""]
)
def test_no_other_file_can_be_reached(visitor: httpx.Client, name: str) -> None:
    assert visitor.get(f"/widget-files/{name}").status_code == 404


@pytest.mark.slow
async def test_a_widget_that_a_kernel_makes_later_names_its_script_as_the_page_does(
    visitor: httpx.Client,
) -> None:
    view = open_page(visitor, AUTHORS_OWN)
    talker = next(i for i, m in view.models.items() if "made" in m["state"])
    scripts = {model["state"].get("_esm") for model in view.models.values()}
    async with kernel_of(visitor, view) as line:
        await line.ready()
        told = await line.tell(talker, {"method": "custom", "content": {"kind": "make"}})
        opened = [m["content"]["data"]["state"] for m in told if m["type"] == "comm_open"]
        (made,) = [state["_esm"] for state in opened if "_esm" in state]
        states = await line.states()
    assert made in scripts
    assert {state.get("_esm") for state in states.values()} <= scripts
