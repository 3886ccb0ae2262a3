"""docs/settings.md describes exactly the settings that there are, with their shipped values."""

import re
import tomllib
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from motesklar.config import Settings, setting_names
from motesklar.paths import shipped_settings

ROOT = Path(__file__).parents[2]
ROW = re.compile(r"^\| `([a-z_]+\.[a-z0-9_]+)` \| ([^|]+) \| ([^|]+) \| ([^|]+) \|$", re.MULTILINE)


def documented() -> dict[str, tuple[str, str, str]]:
    """Name to type, shipped value and accepted values."""
    rows = ROW.findall((ROOT / "docs" / "settings.md").read_text(encoding="utf-8"))
    assert len({name for name, *_ in rows}) == len(rows), "a setting is described twice"
    return {name: (kind, shipped, accepted) for name, kind, shipped, accepted in rows}


def shipped(name: str) -> Any:
    section, key = name.split(".")
    return tomllib.loads(shipped_settings().read_text(encoding="utf-8"))[section][key]


def test_every_setting_is_described_and_nothing_else() -> None:
    assert list(documented()) == setting_names()


def test_every_setting_is_shipped() -> None:
    values = tomllib.loads(shipped_settings().read_text(encoding="utf-8"))
    assert [f"{s}.{key}" for s, keys in values.items() for key in keys] == setting_names()
    Settings.model_validate(values)


@pytest.mark.parametrize("name", setting_names())
def test_a_described_setting_has_the_type_and_value_that_is_shipped(name: str) -> None:
    kind, told, accepted = documented()[name]
    value = shipped(name)
    kinds = {bool: "true or false", int: "whole number", float: "number", str: "text"}
    kinds |= {list: "list of texts", date: "date"}
    if isinstance(value, list) and value and isinstance(value[0], int):
        kinds |= {list: "list of whole numbers"}
    assert kind == kinds.get(type(value), "table of texts")
    assert accepted.strip()
    if told.startswith("`"):
        assert tomllib.loads(f"x = {told.strip('`')}")["x"] == value


@pytest.mark.parametrize("name", setting_names())
def test_the_limits_that_are_told_are_those_that_are_enforced(name: str) -> None:
    section, key = name.split(".")
    field = Settings.model_fields[section].annotation.model_fields[key]  # type: ignore[union-attr]
    accepted = documented()[name][2]
    for limit in field.metadata:
        for attribute in ("ge", "le", "max_length"):
            if hasattr(limit, attribute) and getattr(limit, attribute) is not None:
                assert re.search(rf"\b{getattr(limit, attribute)}\b", accepted), accepted
