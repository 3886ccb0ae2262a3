"""What the settings page says about each setting, and what it warns of."""

import tomllib
from typing import Any

import pytest

from motesklar.config import Settings, setting_names
from motesklar.operation.explained import Consequence, explain
from motesklar.operation.meanings import MEANINGS, SECTIONS
from motesklar.paths import shipped_settings


def settings(**mail: Any) -> Settings:
    shipped = tomllib.loads(shipped_settings().read_text(encoding="utf-8"))
    shipped["mail"] |= mail
    return Settings.model_validate(shipped)


def said(section: str, found: Settings) -> list[Consequence]:
    sections = explain(found, {}, demo=False, same_disk=False)
    return [one for shown in sections if shown.name == section for one in shown.consequences]


def test_every_setting_has_a_meaning_and_no_meaning_is_left_over() -> None:
    assert set(MEANINGS) == set(setting_names())


def test_every_section_has_a_heading_and_no_heading_is_left_over() -> None:
    assert set(SECTIONS) == {name.partition(".")[0] for name in setting_names()}


@pytest.mark.parametrize("encryption", ["tls", "starttls"])
def test_a_password_on_an_encrypted_connection_is_not_warned_of(encryption: str) -> None:
    found = settings(host="mail.example", username="course", **{encryption: True})
    assert not any(one.warns for one in said("mail", found))


def test_a_password_on_an_open_connection_is_warned_of() -> None:
    assert any(one.warns for one in said("mail", settings(host="mail.example", username="course")))
