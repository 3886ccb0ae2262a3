"""What of an organisation's own course no longer fits the shipped one. Pure: files are read
in `folder.py`.

The stamp (`.motesklar.json`) remembers, for each file that was copied from the shipped course,
what the shipped file was then. A file has drifted when the shipped one is another one now: the
organisation's own stays as it is, and somebody has to look whether it should follow.
"""

import enum
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from pydantic import BaseModel, ConfigDict

from motesklar.errors import ConfigError

STAMP_FILE = ".motesklar.json"

#: Settings that have got another name, old to new; filled by the release that renames one.
RENAMED_SETTINGS: Mapping[str, str] = {}


class Stamp(BaseModel):
    """What the folder knows about the Mötesklar it was made for.

    Args:
        version: the release it was last fitted to.
        files: path below the folder to the SHA-256 hex of the shipped file that was copied.
    """

    model_config = ConfigDict(extra="forbid")

    version: str
    files: dict[str, str] = {}


class Weight(enum.Enum):
    """MUST: something has to be changed. NOTE: worth knowing."""

    MUST = "must"
    NOTE = "note"


@dataclass(frozen=True)
class Finding:
    """One thing that was found.

    Args:
        place: file or setting, as the person knows it.
        sentence: what is the matter and what to do.
    """

    weight: Weight
    place: str
    sentence: str


def judge_settings(
    errors: Iterable[ConfigError], renamed: Mapping[str, str] = RENAMED_SETTINGS
) -> list[Finding]:
    """Each setting that isn't accepted; one that only got another name says which."""
    findings = []
    for error in errors:
        file, key, problem = (str(error.params[name]) for name in ("file", "key", "problem"))
        if key in renamed:
            problem = f"is now called {renamed[key]}: rename it"
        findings.append(Finding(Weight.MUST, file, f"{key}: {problem}"))
    return findings


def judge_version(stamp: Stamp, version: str) -> list[Finding]:
    """A word on an upgrade, so that what follows has its reason."""
    if stamp.version == version:
        return []
    told = f"the folder was made for Mötesklar {stamp.version}, this is {version}"
    return [Finding(Weight.NOTE, STAMP_FILE, told)]


def judge_modules(
    named: Iterable[str], own: Iterable[str], shipped: Iterable[str]
) -> list[Finding]:
    """Each module that `course.modules` names and nobody has, and each of ours it leaves out."""
    named, own, shipped = list(named), set(own), set(shipped)
    missing = [
        Finding(
            Weight.MUST,
            "course.toml",
            f"course.modules names {name}, which does not exist; "
            f"there are: {', '.join(sorted(own | shipped))}",
        )
        for name in named
        if name not in own | shipped
    ]
    unseen = [
        Finding(Weight.NOTE, f"modules/{name}", "is not in course.modules, so nobody sees it")
        for name in sorted(own - set(named))
    ]
    return missing + unseen


def judge_copies(stamp: Stamp, own: Mapping[str, str], shipped: Mapping[str, str]) -> list[Finding]:
    """Each copied file whose shipped original has changed since.

    `own` and `shipped` are path to hash: of the organisation's files, and of all shipped ones.
    """
    findings = []
    for path in sorted(own):
        then, now = stamp.files.get(path), shipped.get(path)
        if then is None and now is not None and now != own[path]:
            findings.append(Finding(Weight.NOTE, path, _UNRECORDED))
        elif then is not None and now is None:
            findings.append(Finding(Weight.MUST, path, _GONE))
        elif then is not None and now != then and own[path] != now:
            findings.append(Finding(Weight.MUST, path, _CHANGED))
    return findings


_UNRECORDED = (
    "stands for a shipped file but was not made with `motesklar course copy`, "
    "so an upgrade can't tell when that one changes; record it with `motesklar course accept`"
)
_GONE = (
    "was copied from a shipped file that is no longer there; "
    "keep yours as it is with `motesklar course accept`, or remove it"
)
_CHANGED = (
    "was copied from a shipped file that has changed since; compare the two, "
    "take over what you want and then run `motesklar course accept`"
)


def judge_sentences(place: str, missing: int, total: int, language: str) -> list[Finding]:
    """Whether all sentences of one part are translated into a language the course speaks."""
    if not missing:
        return []
    return [
        Finding(
            Weight.MUST,
            place,
            f"{missing} of {total} sentences have no translation into {language}; translate them, "
            f"or take {language} out of course.languages",
        )
    ]


def judge_text_languages(
    written: Mapping[str, set[str]], languages: Iterable[str]
) -> list[Finding]:
    """Each own text that a language of the course lacks; `written` is name to languages."""
    return [
        Finding(
            Weight.NOTE,
            f"texts/{language}/{name}.md",
            "does not exist, so readers of that language get the shipped page",
        )
        for name, found in sorted(written.items())
        for language in languages
        if language not in found
    ]


def must_change(findings: Iterable[Finding]) -> bool:
    """Whether anything has to be changed before the course fits."""
    return any(finding.weight is Weight.MUST for finding in findings)


def after_comparing(stamp: Stamp, module: str, shipped: Mapping[str, str], version: str) -> Stamp:
    """The stamp once a module is known to follow `shipped` (path to hash) as it is now."""
    prefix = f"modules/{module}/"
    others = {path: hash_ for path, hash_ in stamp.files.items() if not path.startswith(prefix)}
    now = {path: hash_ for path, hash_ in shipped.items() if path.startswith(prefix)}
    return Stamp(version=version, files=others | now)
