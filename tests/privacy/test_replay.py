"""What was erased is noted outside the database, and erased again after a restore."""

import json
import shutil
import stat
from datetime import datetime, timedelta

from sqlalchemy import select

from motesklar.privacy.kinds import Kind
from motesklar.privacy.ledger import Erasure, ErasureLedger
from motesklar.privacy.replay import replay
from motesklar.store.database import Database
from motesklar.store.models import Answer, Person
from tests.accounts.test_export_and_erase import grade, leave_traces
from tests.privacy.conftest import Registry

LONG_AGO = datetime(2020, 1, 1)


async def forget_nothing(_person_id: str) -> None:
    """No hand-ins."""


async def test_a_restored_backup_forgets_again_whom_it_still_knew(town: Registry) -> None:
    anna, bo = town.person("Anna Alm"), town.person("Bo Berg")
    leave_traces(town, anna.id, bo.id)
    grade(town, anna.id, bo.id)
    backup = town.data.root.parent / "backup"
    town.database.close()
    shutil.copytree(town.data.root, backup)

    await town.accounts.erase_person(anna.id, forget_nothing)
    town.database.close()
    ledger = town.data.root.parent / "kept.jsonl"
    shutil.copy(town.data.erasures_file, ledger)
    shutil.rmtree(town.data.root)
    shutil.copytree(backup, town.data.root)
    restored = Database(town.data.database_url)
    report = replay(town.data, restored, ledger)

    assert (report.people, report.lines) == (1, 1)
    with restored.transaction() as session:
        assert list(session.scalars(select(Person.id))) == [bo.id]
        assert not list(session.scalars(select(Answer)))
    root = town.data.nbgrader_root
    assert not [path for path in root.rglob("*") if anna.id in path.name]
    assert (root / "submitted" / bo.id).exists()
    assert replay(town.data, restored, ledger).people == 0
    restored.close()


def test_what_expired_by_age_expires_again(town: Registry) -> None:
    anna = town.person()
    with town.database.transaction() as session:
        for number, at in enumerate((LONG_AGO, town.clock())):
            answer = Answer(person_id=anna.id, module="m", exercise=f"e{number}", value={})
            answer.saved_at = at
            session.add(answer)
    ledger = ErasureLedger(town.data.erasures_file)
    ledger.add(Erasure(town.clock(), Kind.ANSWERS, before=LONG_AGO - timedelta(days=1)))
    ledger.add(Erasure(town.clock(), Kind.ANSWERS, before=LONG_AGO + timedelta(days=1)))

    assert replay(town.data, town.database, ledger.path).records == {"answers": 1}
    with town.database.transaction() as session:
        assert [one.exercise for one in session.scalars(select(Answer))] == ["e1"]


def test_the_list_is_its_owners_alone_and_names_nobody(town: Registry) -> None:
    ledger = ErasureLedger(town.data.erasures_file)
    ledger.add_person("p-abc")
    assert stat.S_IMODE(ledger.path.stat().st_mode) == 0o600
    assert set(json.loads(ledger.path.read_text())) == {"at", "kind", "person"}


def test_a_line_that_a_power_cut_has_torn_hides_no_other(town: Registry) -> None:
    ledger = ErasureLedger(town.data.erasures_file)
    ledger.add_person("p-one")
    with ledger.path.open("ab") as file:
        file.write(b'{"at": "2026-03-\n')
    ledger.add_person("p-two")
    assert [one.person_id for one in ledger] == ["p-one", "p-two"]


def test_without_a_list_nothing_happens(town: Registry) -> None:
    town.person()
    report = replay(town.data, town.database, town.data.root / "none.jsonl")
    assert (report.people, report.lines, report.records) == (0, 0, {})
