"""Reads a TOML file that must have a certain shape, and blames it in words."""

import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from pydantic import ValidationError

from motesklar.errors import ConfigError

Content = TypeVar("Content")


def read_toml(path: Path, validate: Callable[[Any], Content], blamed: str) -> Content:
    """What `validate` (of a pydantic model or adapter) makes of the file.

    Args:
        path: where it lies.
        validate: makes the content of what TOML says.
        blamed: the file, as whoever edits it knows it.

    Raises:
        ConfigError: it can't be read, or hasn't that shape; names the first place.
    """
    try:
        return validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        raise ConfigError(blamed, "-", f"can't be read: {error}") from error
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"]) or "-"
        raise ConfigError(blamed, where, first["msg"].removeprefix("Value error, ")) from error
