"""Foreign scripts are what their pinned sources make, and their licences go with them."""

import hashlib
import json
import re
from pathlib import Path
from typing import Any

import pytest

WEB = Path(__file__).parents[2] / "course" / "motesklar" / "web"
SOURCES = WEB / "vendor"
BUILT = WEB / "static" / "vendor"


def digest_of(*paths: Path) -> str:
    digest = hashlib.sha256()
    for path in paths:
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


@pytest.fixture
def manifest() -> dict[str, Any]:
    found: dict[str, Any] = json.loads((BUILT / "manifest.json").read_text(encoding="utf-8"))
    return found


def test_the_bundles_are_made_of_these_sources(manifest: dict[str, Any]) -> None:
    files = [p for p in SOURCES.iterdir() if re.search(r"\.(js|d\.ts|json)$", p.name)]
    assert manifest["sources"] == digest_of(*sorted(files, key=lambda path: path.name)), (
        "run `make vendor`"
    )


def test_nobody_has_changed_a_bundle(manifest: dict[str, Any]) -> None:
    built = {p.name: digest_of(p) for p in BUILT.iterdir() if p.name != "manifest.json"}
    assert manifest["files"] == built


def test_every_package_is_pinned_exactly() -> None:
    package = json.loads((SOURCES / "package.json").read_text(encoding="utf-8"))
    pins = package["devDependencies"].values()
    assert all(re.fullmatch(r"\d+\.\d+\.\d+", pin) for pin in pins)


def test_each_packages_licence_stands_with_its_version() -> None:
    licences = (BUILT / "licences.txt").read_text(encoding="utf-8")
    lock = json.loads((SOURCES / "package-lock.json").read_text(encoding="utf-8"))
    package = json.loads((SOURCES / "package.json").read_text(encoding="utf-8"))
    for name in package["devDependencies"]:
        version = lock["packages"][f"node_modules/{name}"]["version"]
        if name != "font-awesome":  # its style sheet and font alone are used; see below
            assert f"{name} {version}\n" in licences
    assert "font-awesome 4.7.0\n" in licences


@pytest.mark.parametrize("name", ["widgets.js", "vega.js"])
def test_nothing_in_a_bundle_asks_another_host_for_code(name: str) -> None:
    text = (BUILT / name).read_text(encoding="utf-8")
    assert re.findall(r"\bimport\(|importScripts|cdn\.|unpkg", text) == []
