"""Does again, after a backup was restored, what had been erased or merged since it was made."""

from collections import Counter
from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from motesklar.accounts.merging import move_everything
from motesklar.accounts.records import erase_rows
from motesklar.exercises import worker
from motesklar.exercises.gradebook import GradebookReader
from motesklar.exercises.jobs import ErasureJob, MergeJob
from motesklar.exercises.nbgrader_settings import GRADEBOOK_FILE
from motesklar.paths import DataFolder
from motesklar.privacy.expiring import emptied_modules, remove
from motesklar.privacy.kinds import WHOLE_PEOPLE, Kind
from motesklar.privacy.ledger import MERGED, PERSON, Erasure, ErasureLedger
from motesklar.store.database import Database
from motesklar.store.models import Person


@dataclass(frozen=True)
class ReplayReport:
    """What a replay has done.

    Args:
        people: how many were there again and are gone now.
        records: kind of record to how many went, where age was the reason.
        lines: erasures in the list.
        merged: how many were there twice again and are one now.
    """

    people: int = 0
    records: dict[str, int] = field(default_factory=dict)
    lines: int = 0
    merged: int = 0


def replay(data: DataFolder, database: Database, ledger: Path) -> ReplayReport:
    """Erase from `database` and nbgrader's folder what `ledger` names; nothing else changes.

    Somebody who was merged is merged again where the backup knows the other, and erased where the
    other has been erased since: what was theirs went with it. Where the backup knows no other,
    they stay, because only there they are not twice.

    No server may run on `data`. Done twice it changes nothing; a missing list is an empty one.
    """
    erasures = list(ErasureLedger(ledger))
    erased = dict.fromkeys(one.person_id for one in erasures if one.kind == PERSON)
    heirs = _heirs(erasures)
    merged = 0
    for gone in heirs:
        line = _line_of(gone, heirs)
        if line[-1] in erased:
            erased[gone] = None
        else:
            merged += _merge(data, database, gone, line)
    back = sum(erase_person(data, database, person_id) for person_id in erased)
    records: Counter[str] = Counter()
    # the latest erasure of a kind holds all the earlier ones
    latest = {one.kind: one.before for one in erasures if one.before and one.kind in _BY_AGE}
    for kind, before in latest.items():
        records[kind] += _erase_kind(data, database, Kind(kind), before)
    return ReplayReport(back, dict(records), len(erasures), merged)


_BY_AGE = {kind.value for kind in Kind if kind not in WHOLE_PEOPLE}


def _heirs(erasures: Iterable[Erasure]) -> dict[str, str]:
    """Who became whom, in that order."""
    heirs: dict[str, str] = {}
    for one in erasures:
        if one.kind == MERGED and one.into != one.person_id:
            # whoever is kept was there: an earlier merge of theirs was noted and then not saved
            heirs.pop(one.into, None)
            heirs[one.person_id] = one.into
    return heirs


def _line_of(gone: str, heirs: dict[str, str]) -> list[str]:
    """Who has had everything of `gone` after them, one after another."""
    line = [heirs[gone]]
    while (following := heirs.get(line[-1])) is not None:
        line.append(following)
    return line


def _merge(data: DataFolder, database: Database, gone: str, line: list[str]) -> bool:
    """Merge into the first of `line` whom the backup knows; whether `gone` was there again."""
    kept = next((one for one in line if _is_there(database, one)), None)
    if kept is None:
        return False
    root = data.nbgrader_root
    promoted: dict[str, datetime | None] = {}
    if (root / GRADEBOOK_FILE).exists():
        # also without a person, where the two were copied at different moments
        worker.merge(MergeJob(root, gone, kept))
        with closing(GradebookReader(root)) as gradebook:
            results = gradebook.completions(kept).get(kept, {})
            promoted = {module: result.at for module, result in results.items()}
    is_back = _is_there(database, gone)
    if is_back:
        with database.erasure() as session:
            move_everything(session, gone, kept, promoted)
    return is_back


def _is_there(database: Database, person_id: str) -> bool:
    with database.transaction() as session:
        return session.get(Person, person_id) is not None


def erase_person(data: DataFolder, database: Database, person_id: str) -> bool:
    """Erase all that is known about somebody; whether the course knew them.

    No server may run on `data`.
    """
    is_back = _is_there(database, person_id)
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
