"""Scripts and style sheets that widgets bring as text, turned into files with addresses.

An anywidget's `_esm` is a module's source text, and its `_css` a style sheet. Browsers may run
scripts from our own host only, so each text becomes a file named after its content, and the
widget's state names the file.
"""

import hashlib
import json
import re
from collections.abc import Iterator
from typing import Any

_SUFFIXES = {"_esm": ".js", "_css": ".css"}
#: State that only other front ends use.
_DROPPED = ("_anywidget_id",)
FILE_NAME = re.compile(r"[0-9a-f]{32}\.(js|css)")


def file_name(text: str, suffix: str) -> str:
    """The name of a file with this content."""
    return hashlib.sha256(text.encode()).hexdigest()[:32] + suffix


class WidgetFiles:
    """The files seen so far, by name."""

    def __init__(self) -> None:
        self.texts: dict[str, str] = {}

    def take_out(self, content: dict[str, Any]) -> Iterator[bytes]:
        """Replace texts in a message's content by names; yields files that are new, as JSON.

        Exhaust it before `content` is sent.
        """
        for state in _states_in(content):
            yield from self._take_out_of(state)

    def _take_out_of(self, state: dict[str, Any]) -> Iterator[bytes]:
        if "_module_name" in state:
            # one of our own widgets, whose script has an address already
            for key in (*_SUFFIXES, *_DROPPED):
                state.pop(key, None)
            return
        for key in _DROPPED:
            state.pop(key, None)
        for key, suffix in _SUFFIXES.items():
            text = state.get(key)
            if not isinstance(text, str) or not text or FILE_NAME.fullmatch(text):
                continue
            name = file_name(text, suffix)
            state[key] = name
            if name not in self.texts:
                self.texts[name] = text
                yield json.dumps({"name": name, "text": text}).encode()


def _states_in(content: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Widget states in the content of a comm_open, an update, or the answer to request_states."""
    data = content.get("data")
    if not isinstance(data, dict):
        return
    if isinstance(data.get("state"), dict):
        yield data["state"]
    if isinstance(data.get("states"), dict):
        for model in data["states"].values():
            if isinstance(model, dict) and isinstance(model.get("state"), dict):
                yield model["state"]
