"""Every action that is written into the log has words, and every word is about one."""

import ast
from collections.abc import Iterator
from pathlib import Path

import motesklar
from motesklar.privacy.actions import ACTIONS

WRITERS = {"note", "_note", "note_view", "_entry", "AuditEntry"}


def first_text(call: ast.Call) -> ast.expr | None:
    """The first argument that is text: the action; people and times are named, never written."""
    given = [*call.args, *(each.value for each in call.keywords if each.arg == "action")]
    for one in given:
        if isinstance(one, ast.JoinedStr) or (
            isinstance(one, ast.Constant) and isinstance(one.value, str) and one.value
        ):
            return one
    return None


def written() -> Iterator[tuple[str, str, bool]]:
    """(where, action, whether only its beginning is known)."""
    for file in Path(motesklar.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call):
                continue
            name = getattr(node.func, "attr", getattr(node.func, "id", ""))
            text = first_text(node) if name in WRITERS else None
            where = f"{file.name}:{node.lineno}"
            if isinstance(text, ast.Constant):
                yield where, str(text.value), False
            elif isinstance(text, ast.JoinedStr) and isinstance(text.values[0], ast.Constant):
                yield where, str(text.values[0].value), True


def test_every_action_that_is_written_has_words() -> None:
    found = list(written())
    assert len(found) > 40
    nameless = [
        (where, action)
        for where, action, begins in found
        if not (action in ACTIONS or (begins and any(one.startswith(action) for one in ACTIONS)))
    ]
    assert nameless == []
