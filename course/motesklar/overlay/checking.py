"""Reads an organisation's own course and says what of it no longer fits; changes nothing."""

from collections.abc import Iterator
from pathlib import Path

import polib

from motesklar.config import Settings, load_settings, settings_errors
from motesklar.errors import ConfigError, MotesklarError
from motesklar.exercises.library import find_sources
from motesklar.glossary.words import GLOSSARY_FILE, read_words, untranslated
from motesklar.i18n import DEFAULT_LANGUAGE, SOURCE_LANGUAGE
from motesklar.letters import texts as letter_texts
from motesklar.overlay import fit, texts
from motesklar.overlay.fit import STAMP_FILE, Finding, Stamp, Weight
from motesklar.overlay.folder import OwnCourse, not_a_course
from motesklar.overlay.shipped import module_hashes, module_names
from motesklar.pages.translate import extract_messages

#: Own texts that are letters, by file name.
_LETTER_KINDS = {name: kind for kind, name in letter_texts.OWN_TEXTS.items()}


def check_course(own: OwnCourse) -> list[Finding]:
    """What no longer fits, the settings first.

    Raises:
        NotFound: there is no such folder.
    """
    if not own.root.is_dir():
        raise not_a_course(own.root)
    settings = own.root / "course.toml"
    wrong = settings_errors(own.shipped.settings, settings)
    findings = [*fit.judge_settings(wrong), *_check_copies(own)]
    if wrong:
        # without settings nobody knows which modules and languages there should be
        return findings
    course = load_settings(own.shipped.settings, settings)
    languages = course.course.languages
    return [
        *findings,
        *_check_modules(own, course),
        *_check_catalogues(own, languages),
        *_check_texts(own.root, languages),
        *_check_glossary(own.root, languages),
    ]


def _check_copies(own: OwnCourse) -> Iterator[Finding]:
    try:
        stamp = own.stamp()
    except ConfigError as error:
        yield Finding(Weight.MUST, STAMP_FILE, str(error.params["problem"]))
        return
    if stamp is None:
        yield Finding(Weight.NOTE, STAMP_FILE, "is missing, so changed originals go unnoticed")
        stamp = Stamp(version=own.shipped.version)
    yield from fit.judge_version(stamp, own.shipped.version)
    yield from fit.judge_copies(stamp, module_hashes(own.modules), own.shipped.hashes())


def _check_modules(own: OwnCourse, course: Settings) -> Iterator[Finding]:
    mine, shipped, named = module_names(own.modules), own.shipped.names(), course.course.modules
    yield from fit.judge_modules(named, mine, shipped)
    # a shipped module counts where it is used; one's own should be whole in any case
    for name in sorted({*mine, *(set(named) & set(shipped))}):
        yield from _check_module(own, name, course.course.languages)


def _check_module(own: OwnCourse, name: str, languages: list[str]) -> Iterator[Finding]:
    """Whether a module can be used, overlaid as it will be, in every language."""
    place = f"modules/{name}"
    try:
        [source] = find_sources([name], [own.shipped.modules, own.modules])
        module = source.module(own.modules / name, b"")
        sentences = [message.msgid for message in extract_messages(source.notebook())]
    except MotesklarError as error:
        yield Finding(Weight.MUST, place, f"can't be used: {error}")
        return
    for language in languages:
        if language == DEFAULT_LANGUAGE:  # in which modules are written
            continue
        known = module.texts.get(language, {})
        missing = sum(sentence not in known for sentence in sentences)
        yield from fit.judge_sentences(place, missing, len(sentences), language)


def _check_catalogues(own: OwnCourse, languages: list[str]) -> Iterator[Finding]:
    """Whether the pages' own sentences exist in every language."""
    wanted = _translated(own.shipped.locale / DEFAULT_LANGUAGE)
    for language in languages:
        try:
            known = _translated(own.root / "locale" / language)
        except ConfigError as error:
            yield Finding(Weight.MUST, str(error.params["file"]), str(error.params["problem"]))
            continue
        known |= _translated(own.shipped.locale / language)
        if language != SOURCE_LANGUAGE:  # in which the sentences are written in the code
            missing = len(wanted - known)
            yield from fit.judge_sentences(f"locale/{language}", missing, len(wanted), language)


def _check_texts(root: Path, languages: list[str]) -> Iterator[Finding]:
    written: dict[str, set[str]] = {}
    for path in sorted((root / "texts").glob("*/*.md")):
        written.setdefault(path.stem, set()).add(path.parent.name)
        yield from _check_text(path.relative_to(root).as_posix(), path)
    yield from fit.judge_text_languages(written, languages)


def _check_text(place: str, path: Path) -> Iterator[Finding]:
    kind = _LETTER_KINDS.get(path.stem)
    if kind is None and path.stem not in texts.TEXT_NAMES:
        accepted = ", ".join(f"{name}.md" for name in (*texts.TEXT_NAMES, *_LETTER_KINDS))
        yield Finding(Weight.MUST, place, f"stands for no page; accepted: {accepted}")
        return
    try:
        source = path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        yield Finding(Weight.MUST, place, "is not in UTF-8; save it so")
        return
    if kind is not None:
        for problem in letter_texts.problems_of(kind, source):
            yield Finding(Weight.MUST, place, problem)
        return
    if not texts.has_one_title(source):
        yield Finding(Weight.MUST, place, "must begin with a line '# Heading' and have no other")
    for address in texts.foreign_pictures(source):
        yield Finding(
            Weight.MUST,
            place,
            f"shows {address} from another server, which browsers will not load: "
            "put the picture in pictures/ and write /pictures/<name>",
        )


def _check_glossary(root: Path, languages: list[str]) -> Iterator[Finding]:
    """Whether the organisation's own words can be shown, in every language."""
    if not (root / GLOSSARY_FILE).exists():
        return
    try:
        words = read_words(root / GLOSSARY_FILE)
    except ConfigError as error:
        told = f"{error.params['key']}: {error.params['problem']}"
        yield Finding(Weight.MUST, GLOSSARY_FILE, told)
        return
    for missing in untranslated(words, languages):
        yield Finding(Weight.MUST, GLOSSARY_FILE, f"{missing} has no words in that language")


def _translated(folder: Path) -> set[str]:
    """Sentences with a finished translation in any catalogue of a folder.

    Raises:
        ConfigError: a catalogue can't be read.
    """
    sentences: set[str] = set()
    for path in sorted(folder.glob("*.po")):
        try:
            catalogue = polib.pofile(str(path))
        except (OSError, UnicodeDecodeError) as error:
            raise ConfigError(str(path), "-", f"is no valid catalogue: {error}") from error
        sentences |= {entry.msgid for entry in catalogue if entry.translated()}
    return sentences
