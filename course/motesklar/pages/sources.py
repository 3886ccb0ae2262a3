"""What module pages are made of, and whether it has changed."""

import contextlib
import hashlib
import stat
from collections.abc import Iterable
from pathlib import Path

import nbformat
from nbformat import NotebookNode

import motesklar_widgets
from motesklar import kernels
from motesklar.course import Module
from motesklar.i18n import Translation
from motesklar.pages.snapshots import Source
from motesklar.pages.translate import translate_notebook

#: Python code that lives in templates: the widgets, and the kernels themselves.
CODE_FOLDERS = (Path(motesklar_widgets.__file__).parent, Path(kernels.__file__).parent)

Signature = frozenset[tuple[str, int, int]]


def signature(folders: Iterable[Path], pattern: str = "*") -> Signature:
    """Name, time and size of every file below `folders`: differs when one has changed."""
    found = set()
    for folder in folders:
        for path in folder.rglob(pattern):
            if "__pycache__" in path.parts:
                continue
            with contextlib.suppress(FileNotFoundError):  # an editor's own, gone again
                about = path.stat()
                if stat.S_ISREG(about.st_mode):
                    found.add((str(path), about.st_mtime_ns, about.st_size))
    return frozenset(found)


def code_digest(folders: Iterable[Path] = CODE_FOLDERS) -> bytes:
    """SHA-256 of the code that lives in templates."""
    digest = hashlib.sha256()
    for folder in folders:
        for path in sorted(folder.rglob("*.py")):
            digest.update(str(path.relative_to(folder)).encode() + b"\0" + path.read_bytes())
    return digest.digest()


def module_source(
    module: Module, released: Path, translation: Translation, facts: str, code: bytes
) -> Source:
    """What the page of a module is made of, in one language.

    Args:
        module: as published.
        released: the notebook that learners get.
        translation: of the language.
        facts: what its widgets are told about the organisation.
        code: `code_digest()` of what the template has loaded.
    """
    language = translation.language
    notebook = nbformat.read(released, as_version=4)
    texts = module.texts.get(language, {})
    files = [path for path in sorted(module.folder.rglob("*")) if path.is_file()]
    digest = hashlib.sha256(code)
    for path in files:
        digest.update(path.relative_to(module.folder).as_posix().encode() + b"\0")
        # the notebook itself is the released one: solutions decide nothing here
        digest.update(b"" if path.suffix == ".ipynb" else path.read_bytes())
    return Source(
        module=module.name,
        language=language,
        notebook=nbformat.writes(_filled(translate_notebook(notebook, texts), module, language)),
        folder=released.parent,
        facts=facts,
        content=digest.digest(),
    )


def _filled(notebook: NotebookNode, module: Module, language: str) -> NotebookNode:
    """The prose with the organisation's own words; code fills in its own when it runs."""
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            cell.source = module.filled(cell.source, language)
    return notebook
