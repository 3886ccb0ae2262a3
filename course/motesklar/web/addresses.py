"""Addresses that change with what lies there, so that browsers may keep it for ever."""

import hashlib
import json
from functools import cache

from motesklar.i18n import Translation
from motesklar.web.bundles import WEB_STATIC, WIDGET_STATIC

#: The script puts its sentences where scripts look for them (`lib/i18n.js`).
_CATALOGUE = """\
document.head.append(
  Object.assign(document.createElement("script"), {
    type: "application/json",
    id: "catalogue",
    textContent: %s,
  }),
);
"""


@cache
def fingerprint() -> str:
    """Twelve hex digits over every static file of ours.

    One for all, so that a module imported by relative address (`./lib/api.js`) is fresh whenever
    its importer is.
    """
    digest = hashlib.sha256()
    for root in (WEB_STATIC, WIDGET_STATIC):
        for path in sorted(root.rglob("*")):
            if path.is_file():
                digest.update(path.relative_to(root).as_posix().encode())
                digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


def static_address(path: str) -> str:
    """The address of a static file; `widgets/…` lies in the widget package."""
    return f"/static/{fingerprint()}/{path}"


@cache
def catalogue_script(translation: Translation) -> bytes:
    """The script with a language's sentences."""
    sentences = json.dumps(translation.sentences, ensure_ascii=False, sort_keys=True)
    return (_CATALOGUE % json.dumps(sentences, ensure_ascii=False)).encode()


@cache
def catalogue_address(translation: Translation) -> str:
    """Where pages in this language find it."""
    fingerprint = hashlib.sha256(catalogue_script(translation)).hexdigest()[:12]
    return f"/catalogue/{fingerprint}/{translation.language}.js"
