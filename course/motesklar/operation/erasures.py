"""What was erased after a backup was made is erased again when it is restored."""

from pathlib import Path

from motesklar.paths import DataFolder
from motesklar.privacy.replay import replay as erase_again
from motesklar.store.database import Database


def replay(data: DataFolder, database: Database, ledger: Path) -> int:
    """Erase what `ledger` names; returns how many people were there again."""
    return erase_again(data, database, ledger).people
