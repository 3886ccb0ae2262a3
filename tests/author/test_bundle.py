"""A bundle holds exactly what its manifest names, and nothing that could leave its folder."""

import hashlib
import json
import zipfile
from pathlib import Path

import pytest

from motesklar.author.bundle import FILES_MAX, modules_in, unpack_bundle, write_bundle
from motesklar.errors import ConfigError
from motesklar.exercises.library import find_sources
from tests.exercises.lessons import whole_lesson, write_module


@pytest.fixture
def modules(tmp_path: Path) -> Path:
    folder = tmp_path / "modules"
    for name in ("m1", "m2"):
        write_module(folder, name, whole_lesson())
    (folder / "m1" / "pictures").mkdir()
    (folder / "m1" / "pictures" / "a.svg").write_text("<svg/>", encoding="utf-8")
    return folder


@pytest.fixture
def bundle(modules: Path, tmp_path: Path) -> Path:
    path = tmp_path / "bundle.zip"
    write_bundle(path, find_sources(["m1", "m2"], [modules]))
    return path


def make(path: Path, files: dict[str, bytes], manifest: object = None) -> Path:
    """A zip file made by hand, its manifest right for `files` unless given."""
    if manifest is None:
        named: dict[str, dict[str, str]] = {}
        for name, content in files.items():
            module, inside = name.split("/", 1)
            named.setdefault(module, {})[inside] = hashlib.sha256(content).hexdigest()
        manifest = {"format": 1, "motesklar": "0.1.0", "modules": named}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("manifest.json", json.dumps(manifest))
        for name, content in files.items():
            made.writestr(name, content)
    return path


def test_what_is_packed_comes_out_the_same(bundle: Path, modules: Path, tmp_path: Path) -> None:
    sources = unpack_bundle(bundle, tmp_path / "out")
    assert [s.name for s in sources] == ["m1", "m2"]
    for source in sources:
        assert source.fingerprint == find_sources([source.name], [modules])[0].fingerprint


def test_the_same_modules_make_the_same_bundle(bundle: Path, modules: Path, tmp_path: Path) -> None:
    write_bundle(tmp_path / "again.zip", find_sources(["m1", "m2"], [modules]))
    assert (tmp_path / "again.zip").read_bytes() == bundle.read_bytes()


@pytest.mark.parametrize(
    "name",
    [
        "m1/../../evil",
        "m1//etc/passwd",
        "m1/.hidden",
        "m1/a/../b",
        "m1/a\\..\\b",
        "m1/C:evil",
        "m1/a\x01b",
        "m1/",
        "../m1/lesson.ipynb",
        "M1/lesson.ipynb",
        "m1/./lesson.ipynb",
    ],
)
def test_a_name_that_could_leave_its_folder_is_refused(tmp_path: Path, name: str) -> None:
    path = make(tmp_path / "evil.zip", {name: b"x"})
    with pytest.raises(ConfigError, match="is no name for a module's file"):
        unpack_bundle(path, tmp_path / "out" / "deep")
    assert not (tmp_path / "out").exists()


def test_a_changed_file_is_noticed(tmp_path: Path) -> None:
    manifest = {"format": 1, "motesklar": "0", "modules": {"m1": {"a": "0" * 64}}}
    with pytest.raises(ConfigError, match="is not what was packed"):
        unpack_bundle(make(tmp_path / "b.zip", {"m1/a": b"x"}, manifest), tmp_path / "out")


def test_a_file_the_manifest_does_not_name_is_refused(tmp_path: Path) -> None:
    manifest = {"format": 1, "motesklar": "0", "modules": {}}
    with pytest.raises(ConfigError, match="does not name exactly"):
        unpack_bundle(make(tmp_path / "b.zip", {"m1/a": b"x"}, manifest), tmp_path / "out")


@pytest.mark.parametrize("manifest", [[], {}, {"format": 2, "motesklar": "9", "modules": {}}])
def test_a_manifest_that_is_none_is_refused(tmp_path: Path, manifest: object) -> None:
    with pytest.raises(ConfigError, match=r"manifest\.json"):
        unpack_bundle(make(tmp_path / "b.zip", {}, manifest or {"x": 1}), tmp_path / "out")


def test_a_flood_of_files_or_bytes_is_refused_before_it_is_read(tmp_path: Path) -> None:
    many = make(tmp_path / "many.zip", {f"m1/{n}": b"" for n in range(FILES_MAX + 1)})
    big = make(tmp_path / "big.zip", {f"m1/{n}": b"\0" * 30_000_000 for n in range(8)})
    assert big.stat().st_size < 1_000_000
    for path in (many, big):
        with pytest.raises(ConfigError, match="is too big"):
            unpack_bundle(path, tmp_path / "out")


def test_what_is_no_zip_is_told(tmp_path: Path) -> None:
    (tmp_path / "b.zip").write_bytes(b"PK\x03\x04 nothing")
    with pytest.raises(ConfigError, match="is no bundle"):
        unpack_bundle(tmp_path / "b.zip", tmp_path / "out")


def test_modules_are_found_in_a_folder_of_them_a_workspace_and_a_module(
    modules: Path, tmp_path: Path
) -> None:
    workspace = tmp_path / "workspace"
    workspace.mkdir()
    modules.rename(workspace / "source")
    assert [s.name for s in modules_in(workspace)] == ["m1", "m2"]
    assert [s.name for s in modules_in(workspace / "source")] == ["m1", "m2"]
    assert [s.name for s in modules_in(workspace / "source" / "m2")] == ["m2"]
    with pytest.raises(ConfigError, match="has no module"):
        modules_in(tmp_path / "workspace" / "source" / "m1" / "pictures")
