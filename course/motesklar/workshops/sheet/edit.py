"""Changes a run sheet by a form that works without scripts. Pure.

Each item has the same fields, in order; `action` says which button was pressed: `save`, `add`, or
`up:`, `down:`, `remove:` with the item's index.
"""

from collections.abc import Mapping, Sequence

from pydantic import ValidationError

from motesklar.errors import BadRequest
from motesklar.i18n import N_
from motesklar.workshops.sheet.sheet import ITEMS_MAX, SheetItem

_FIELDS = ("minutes", "kind", "place", "title", "role", "notes")


class BadSheet(BadRequest):
    """A run sheet that can't be kept."""

    code = "bad_sheet"
    message = N_("Something in the run sheet can't be read.")
    next_step = N_("Every item needs a name and a number of minutes, from 1 to 240.")


def edited_sheet(fields: Mapping[str, Sequence[str]]) -> tuple[SheetItem, ...]:
    """The run sheet after the press.

    Raises:
        BadSheet: the fields don't belong together, or hold something that can't be kept.
    """
    columns = [list(fields.get(name, [])) for name in _FIELDS]
    if len({len(column) for column in columns}) != 1:
        raise BadSheet
    try:
        items = [_item(*values) for values in zip(*columns, strict=True)]
    except (ValidationError, ValueError) as error:
        raise BadSheet from error
    changed = _pressed(items, (fields.get("action") or ["save"])[-1])
    if not 0 < len(changed) <= ITEMS_MAX:
        raise BadSheet
    return tuple(changed)


def _item(minutes: str, kind: str, place: str, title: str, role: str, notes: str) -> SheetItem:
    module, _, step = place.partition("/")
    return SheetItem.model_validate(
        {
            "minutes": int(minutes),
            "kind": kind,
            "module": module,
            "step": step,
            "title": " ".join(title.split()),
            "role": " ".join(role.split()),
            "notes": notes.strip(),
        }
    )


def _pressed(items: list[SheetItem], action: str) -> list[SheetItem]:
    name, _, number = action.partition(":")
    if name == "add":
        return [*items, SheetItem(minutes=10, title="…")]
    if name in ("up", "down", "remove"):
        at = int(number) if number.isdigit() else len(items)
        if at >= len(items):
            raise BadSheet
        item = items.pop(at)
        if name != "remove":
            items.insert(max(0, at - 1) if name == "up" else at + 1, item)
    return items
