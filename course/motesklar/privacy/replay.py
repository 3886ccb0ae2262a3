"""Erases again, after a backup was restored, what had been erased since it was made."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from motesklar.accounts.records import erase_rows
from motesklar.exercises import worker
from motesklar.exercises.jobs import ErasureJob
from motesklar.exercises.nbgrader_settings import GRADEBOOK_FILE
from motesklar.paths import DataFolder
from motesklar.privacy.expiring import emptied_modules, remove
from motesklar.privacy.kinds import WHOLE_PEOPLE, Kind
from motesklar.privacy.ledger import PERSON, ErasureLedger
from motesklar.store.database import Database
from motesklar.store.models import Person


@dataclass(frozen=True)
class ReplayReport:
    """What a replay has done.

    Args:
        people: how many were there again and are gone now.
        records: kind of record to how many went, where age was the reason.
        lines: erasures in the list.
    """

    people: int = 0
    records: dict[str, int] = field(default_factory=dict)
    lines: int = 0


def replay(data: DataFolder, database: Database, ledger: Path) -> ReplayReport:
    """Erase from `database` and nbgrader's folder what `ledger` names; nothing else changes.

    No server may run on `data`. Done twice it changes nothing; a missing list is an empty one.
    """
    erasures = list(ErasureLedger(ledger))
    everybody = dict.fromkeys(one.person_id for one in erasures if one.kind == PERSON)
    back = sum(_erase_person(data, database, person_id) for person_id in everybody)
    records: Counter[str] = Counter()
    # the latest erasure of a kind holds all the earlier ones
    latest = {one.kind: one.before for one in erasures if one.before and one.kind in _BY_AGE}
    for kind, before in latest.items():
        records[kind] += _erase_kind(data, database, Kind(kind), before)
    return ReplayReport(back, dict(records), len(erasures))


_BY_AGE = {kind.value for kind in Kind if kind not in WHOLE_PEOPLE}


def _erase_person(data: DataFolder, database: Database, person_id: str) -> bool:
    with database.transaction() as session:
        is_back = session.get(Person, person_id) is not None
    if is_back:
        erase_rows(database, person_id)
    root = data.nbgrader_root
    # files may be there without a person, where the two were copied at different moments
    if (root / GRADEBOOK_FILE).exists():
        worker.erase(ErasureJob(root, person_id))
    return is_back


def _erase_kind(data: DataFolder, database: Database, kind: Kind, before: datetime) -> int:
    root = data.nbgrader_root
    if kind is Kind.HAND_INS and (root / GRADEBOOK_FILE).exists():
        with database.transaction() as session:
            emptied = emptied_modules(session, before)
        for person_id, module in emptied:
            worker.erase(ErasureJob(root, person_id, module))
    with database.erasure() as session:
        return remove(session, kind, before)
