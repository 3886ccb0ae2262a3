"""Models of workshops in files: shipped, an organisation's own, or sent by a leader."""

import json
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path

from pydantic import ValidationError

from motesklar.course import Course
from motesklar.errors import BadRequest, ConfigError
from motesklar.i18n import N_
from motesklar.paths import shipped_workshops
from motesklar.toml_file import read_toml
from motesklar.workshops.sheet.sheet import SheetItem, SheetModel

#: A model of sixty items with long notes is smaller.
FILE_BYTES = 300_000
_NAMED = ("kind", "role", "module", "step", "title", "notes")


class BadModel(BadRequest):
    """A file that is no model of a workshop."""

    code = "bad_model"
    message = N_("The file can't be read as a model of a workshop.")
    next_step = N_("Choose a file that was saved from a workshop here, and send it again.")


def load_models(course: Course, overlay: Path | None = None) -> Mapping[str, SheetModel]:
    """Name to model; an organisation's own takes the place of a shipped one of the same name.

    Raises:
        ConfigError: a file is no model, or names a step that the course doesn't have.
    """
    folders = [shipped_workshops(), *([overlay / "workshops"] if overlay else [])]
    files = {path.stem: path for folder in folders for path in sorted(folder.glob("*.toml"))}
    return {name: _load(path, course) for name, path in files.items()}


def _load(path: Path, course: Course) -> SheetModel:
    blamed = f"workshops/{path.name}"
    model = read_toml(path, SheetModel.model_validate, blamed)
    # an organisation may have left out a module of ours; its step is then left out of the board
    known = {module.name for module in course.modules}
    for place in model.unknown_places(course):
        if place.partition("/")[0] in known:
            raise ConfigError(blamed, place, "the course has no such step")
    return model


def read_model(content: bytes) -> SheetModel:
    """A model that somebody sends.

    Raises:
        BadModel: it is none, or too large.
    """
    if len(content) > FILE_BYTES:
        raise BadModel
    try:
        return SheetModel.model_validate(tomllib.loads(content.decode("utf-8-sig")))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, ValidationError, RecursionError) as error:
        raise BadModel from error


def write_model(title: str, people: int, sheet: Sequence[SheetItem]) -> str:
    """A run sheet as a file that `read_model` reads."""
    lines = [f"title = {_quoted(title)}", f"people = {people}"]
    for item in sheet:
        lines += ["", "[[items]]", f"minutes = {item.minutes}"]
        words = ((name, str(getattr(item, name))) for name in _NAMED)
        lines += [f"{name} = {_quoted(value)}" for name, value in words if value]
    return "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    # a JSON string is a basic string of TOML, but for one character
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
