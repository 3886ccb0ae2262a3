"""Where things lie: what is shipped with the code, and the data folder."""

from dataclasses import dataclass
from pathlib import Path

_PACKAGE = Path(__file__).parent
_CHECKOUT = _PACKAGE.parent.parent


def shipped_modules() -> Path:
    """The shipped modules: beside the checkout, or inside an installed wheel."""
    beside = _CHECKOUT / "modules"
    return beside if beside.is_dir() else _PACKAGE / "shipped" / "modules"


def shipped_settings() -> Path:
    """The shipped `course.toml`."""
    beside = _CHECKOUT / "course" / "course.toml"
    return beside if beside.is_file() else _PACKAGE / "shipped" / "course.toml"


def shipped_glossary() -> Path:
    """The shipped words of the glossary."""
    beside = _CHECKOUT / "course" / "glossary.toml"
    return beside if beside.is_file() else _PACKAGE / "shipped" / "glossary.toml"


def shipped_services() -> Path:
    """The shipped profiles of meeting services."""
    beside = _CHECKOUT / "course" / "services"
    return beside if beside.is_dir() else _PACKAGE / "shipped" / "services"


def shipped_workshops() -> Path:
    """The shipped models of workshops."""
    beside = _CHECKOUT / "course" / "workshops"
    return beside if beside.is_dir() else _PACKAGE / "shipped" / "workshops"


@dataclass(frozen=True)
class DataFolder:
    """Everything a running course writes lies under one folder.

    Args:
        root: DATA, absolute.
    """

    root: Path

    @property
    def database_url(self) -> str:
        """The course database when no other is set."""
        return f"sqlite:///{self.root / 'course.db'}"

    @property
    def nbgrader_root(self) -> Path:
        """Nbgrader's course folder: source, release, submitted, autograded, gradebook.db."""
        return self.root / "course"

    @property
    def gradebook_url(self) -> str:
        """Nbgrader's own database."""
        return f"sqlite:///{self.nbgrader_root / 'gradebook.db'}"

    @property
    def secret_file(self) -> Path:
        """The key that signs cookies; made at first start, mode 0600."""
        return self.root / "secret"

    @property
    def turn_secret_file(self) -> Path:
        """The secret that the calls' relay shares; made by `motesklar coturn`, mode 0600."""
        return self.root / "turn-secret"

    @property
    def erasures_file(self) -> Path:
        """What has been erased, so that a restored backup obeys it; mode 0600."""
        return self.root / "erasures.jsonl"

    @property
    def exports(self) -> Path:
        """Tables that are written in the background, until their links expire; emptied at start."""
        return self.root / "exports"

    def prepare(self) -> None:
        """Make the folder, readable by its owner alone."""
        self.root.mkdir(mode=0o700, parents=True, exist_ok=True)
