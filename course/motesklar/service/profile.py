"""A meeting service's profile: one folder that says what things are called and where they are.

`services/<name>/profile.toml`, shipped or in an organisation's own course folder, with pictures
beside it. Every accepted key stands in this file.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, model_validator

from motesklar.config import Settings
from motesklar.errors import ConfigError
from motesklar.paths import shipped_services
from motesklar.toml_file import read_toml

PROFILE_FILE = "profile.toml"

#: What every profile names; lessons speak of these.
BUTTONS = (
    "microphone",
    "camera",
    "share",
    "hand",
    "chat",
    "people",
    "leave",
    "more",
    "captions",
    "background",
    "settings",
    "waiting_room",
    "record",
    "groups",
)

#: Language to words.
Words = Annotated[dict[str, str], Field(min_length=1)]


class Button(BaseModel):
    """A button as the service has it.

    Args:
        name: what stands on it, or what a screen reader says.
        place: where it is found.
        picture: file name beside the profile; empty for none.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: Words
    place: Words
    picture: str = ""


class ServiceProfile(BaseModel):
    """A meeting service.

    Args:
        name: as it stands in a sentence.
        dial_in: whether people can take part by telephone.
        domains: what the organisation's network must let through.
        policies: what the IT department sets.
        opening: how somebody gets an account, step by step.
        buttons: one for each of `BUTTONS`.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: Words
    dial_in: bool
    domains: list[str]
    policies: list[str]
    opening: Annotated[list[Words], Field(min_length=1)]
    buttons: dict[str, Button]

    @model_validator(mode="after")
    def _name_every_button(self) -> "ServiceProfile":
        missing = [key for key in BUTTONS if key not in self.buttons]
        if missing:
            raise ValueError(f"buttons lacks {', '.join(missing)}")
        unknown = [key for key in self.buttons if key not in BUTTONS]
        if unknown:
            raise ValueError(f"no lesson speaks of the buttons {', '.join(unknown)}")
        return self

    def untranslated(self, languages: Sequence[str]) -> list[str]:
        """What lacks words in one of `languages`, as `en: buttons.hand.name`."""
        spoken = {"name": self.name}
        spoken |= {f"opening.{n}": words for n, words in enumerate(self.opening, start=1)}
        for key, button in self.buttons.items():
            spoken |= {f"buttons.{key}.name": button.name, f"buttons.{key}.place": button.place}
        return [
            f"{code}: {what}"
            for code in languages
            for what, words in spoken.items()
            if not words.get(code, "").strip()
        ]


def said(words: Mapping[str, str], language: str) -> str:
    """The words in a language, or in the first that there is."""
    return words.get(language) or next(iter(words.values()))


def course_profile(settings: Settings, overlay: Path | None = None) -> ServiceProfile:
    """The profile that the settings name, an organisation's own before a shipped one.

    Raises:
        ConfigError: there is none of that name, or it isn't whole.
    """
    folders = [shipped_services(), *([overlay / "services"] if overlay else [])]
    folder = profile_folder(settings.service.profile, folders)
    # a language that an organisation has added is shown in the default one until it has words
    return load_profile(folder, [settings.course.default_language])


def profile_folder(name: str, folders: Sequence[Path]) -> Path:
    """Where a profile lies; a later folder counts before an earlier one.

    Raises:
        ConfigError: it is in none of them.
    """
    for folder in reversed(folders):
        if (folder / name / PROFILE_FILE).is_file():
            return folder / name
    known = sorted({found.parent.name for f in folders for found in f.glob(f"*/{PROFILE_FILE}")})
    problem = f"there is no profile {name!r}; there are: {', '.join(known)}"
    raise ConfigError("course.toml", "service.profile", problem)


def load_profile(folder: Path, languages: Sequence[str]) -> ServiceProfile:
    """The profile in a folder, whole in every language.

    Raises:
        ConfigError: it can't be read, lacks something, or names a picture that isn't there.
    """
    blamed = f"services/{folder.name}/{PROFILE_FILE}"
    profile = read_toml(folder / PROFILE_FILE, ServiceProfile.model_validate, blamed)
    if missing := profile.untranslated(languages):
        raise ConfigError(blamed, missing[0], "has no words in that language")
    for key, button in profile.buttons.items():
        if button.picture and not (folder / button.picture).is_file():
            raise ConfigError(blamed, f"buttons.{key}.picture", f"there is no {button.picture}")
    return profile
