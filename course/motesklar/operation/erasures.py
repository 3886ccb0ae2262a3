"""What was erased or merged after a backup was made is done again when it is restored."""

from pathlib import Path

from motesklar.operation.restore import Replayed
from motesklar.paths import DataFolder
from motesklar.privacy.replay import erase_person
from motesklar.privacy.replay import replay as do_again
from motesklar.rehearsal.people import marked
from motesklar.store.database import Database


def replay(data: DataFolder, database: Database, ledger: Path) -> Replayed:
    """Do again what `ledger` names, and remove whom a rehearsal has invented.

    A backup may be made in the middle of a rehearsal. Nobody invented is in the list of erasures,
    where they would outnumber everybody real: their mark tells them.
    """
    report = do_again(data, database, ledger)
    for person_id in marked(database):
        erase_person(data, database, person_id)
    return Replayed(report.people, report.merged)
