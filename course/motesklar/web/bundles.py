"""Which scripts and style sheets each kind of page loads: bundled, or one by one.

`make bundle` makes the bundles (`bundle.mjs`) and notes what they were made of. If a script or a
style sheet has changed since, pages load the files themselves, so that nobody sees old code.
"""

import hashlib
import json
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import motesklar_widgets

log = logging.getLogger("motesklar.web")

WEB_STATIC = Path(__file__).parent / "static"
WIDGET_STATIC = Path(motesklar_widgets.__file__).parent / "static"
KINDS = Path(__file__).parent / "bundles.json"
BUNDLER = Path(__file__).parent / "bundle.mjs"
MANIFEST = WEB_STATIC / "bundle" / "manifest.json"


@dataclass(frozen=True)
class Bundles:
    """Kind of page to the files that it loads, below `/static/<hash>/`, in order.

    Args:
        scripts: what is run.
        parts: modules that these import at once; a browser may fetch them meanwhile.
        styles: style sheets.
    """

    scripts: Mapping[str, Sequence[str]]
    parts: Mapping[str, Sequence[str]]
    styles: Mapping[str, Sequence[str]]


def sources_digest() -> str:
    """SHA-256 hex over all that bundles are made of, as `bundle.mjs` computes it."""
    files = {path.name: path for path in (KINDS, BUNDLER)}
    for folder, pattern in ((WEB_STATIC, "js/**/*.js"), (WEB_STATIC, "css/**/*.css")):
        files |= {path.relative_to(folder).as_posix(): path for path in folder.glob(pattern)}
    for path in WIDGET_STATIC.rglob("*.js"):
        files[f"widgets/{path.relative_to(WIDGET_STATIC).as_posix()}"] = path
    digest = hashlib.sha256()
    for name in sorted(files):
        digest.update(name.encode() + b"\0" + files[name].read_bytes())
    return digest.hexdigest()


@cache
def bundles() -> Bundles:
    """What pages load; decided once, at the first page."""
    kinds = json.loads(KINDS.read_text(encoding="utf-8"))
    manifest = json.loads(MANIFEST.read_text(encoding="utf-8")) if MANIFEST.is_file() else {}
    if manifest.get("sources") != sources_digest():
        log.warning("scripts or styles have changed since `make bundle`: they are sent one by one")
        return _one_by_one(kinds)
    needed: dict[str, list[str]] = manifest["scripts"]
    return Bundles(
        scripts={kind: [f"bundle/{files[0]}"] for kind, files in needed.items()},
        parts={kind: [f"bundle/{name}" for name in files[1:]] for kind, files in needed.items()},
        styles={kind: [f"bundle/{kind}.css"] for kind in kinds["styles"]},
    )


def _one_by_one(kinds: dict[str, Any]) -> Bundles:
    return Bundles(
        scripts={
            kind: [f"js/{name}" for name in files] for kind, files in kinds["scripts"].items()
        },
        parts={kind: [] for kind in kinds["scripts"]},
        styles={kind: [f"css/{name}" for name in files] for kind, files in kinds["styles"].items()},
    )
