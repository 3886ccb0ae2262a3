"""What was erased is noted outside the database, and erased again after a restore."""

import asyncio
import json
import shutil
import stat
from datetime import datetime, timedelta
from functools import partial

import pytest
from nbgrader.api import Gradebook
from sqlalchemy import select, text

from motesklar.accounts.editing import LastAdministrator
from motesklar.accounts.records import merge_hand_ins
from motesklar.privacy.kinds import Kind
from motesklar.privacy.ledger import Erasure, ErasureLedger
from motesklar.privacy.replay import replay
from motesklar.store.database import Database
from motesklar.store.models import Answer, Attempt, AttemptState, Person, Role
from tests.accounts.test_export_and_erase import MODULE, grade, leave_traces
from tests.accounts.test_merging import two_people
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


def merged(town: Registry, gone: str, kept: str) -> None:
    """The list says so, as `Merging` notes it."""
    ErasureLedger(town.data.erasures_file).add_merged(gone, kept)


def replayed(town: Registry) -> tuple[int, int]:
    """How many were erased and merged; done twice it changes nothing."""
    report = replay(town.data, town.database, town.data.erasures_file)
    again = replay(town.data, town.database, town.data.erasures_file)
    assert (again.people, again.merged) == (0, 0)
    return report.people, report.merged


def here(town: Registry) -> set[str]:
    with town.database.transaction() as session:
        return set(session.scalars(select(Person.name)))


@pytest.mark.slow
async def test_a_restored_backup_makes_one_again_of_two_whom_it_still_knew(
    town: Registry,
) -> None:
    kept, gone = two_people(town)
    grade(town, kept, gone)
    with Gradebook(f"sqlite:///{town.data.nbgrader_root / 'gradebook.db'}", "motesklar") as book:
        book.find_grade("e", "lesson", MODULE, gone).auto_score = 2
        book.db.commit()
    with town.database.transaction() as session:
        # one that waited when the backup was made is graded at the start, as the kept person's
        session.get_one(Attempt, f"a{gone}").state = AttemptState.WAITING
    backup = town.data.root.parent / "backup"
    town.database.close()
    shutil.copytree(town.data.root, backup)

    with town.database.transaction() as session:
        session.get_one(Attempt, f"a{gone}").state = AttemptState.GRADED
    await town.accounts.merging.merge(
        gone,
        kept,
        actor_id="p-admin",
        merge_results=partial(merge_hand_ins, town.data),
        promoted=lambda _: {},
    )
    town.database.close()
    ledger = town.data.root.parent / "kept.jsonl"
    shutil.copy(town.data.erasures_file, ledger)
    shutil.rmtree(town.data.root)
    shutil.copytree(backup, town.data.root)
    report = replay(town.data, town.database, ledger)

    assert (report.people, report.merged) == (0, 1)
    with town.database.transaction() as session:
        assert session.get(Person, gone) is None
        assert session.get_one(Attempt, f"a{gone}").person_id == kept
        assert session.scalars(select(Answer)).one().value == {"value": gone}
        assert session.execute(text("PRAGMA foreign_key_check")).all() == []
    root = town.data.nbgrader_root
    with Gradebook(f"sqlite:///{root / 'gradebook.db'}", "motesklar") as book:
        assert [student.id for student in book.students] == [kept]
        assert book.find_submission(MODULE, kept).score == 2
    assert not list(root.rglob(gone))


def test_a_merge_that_was_refused_is_in_no_list(town: Registry) -> None:
    learner, administrator = town.person(), town.person("Ada Ek", role=Role.ADMINISTRATOR)
    with pytest.raises(LastAdministrator):
        asyncio.run(
            town.accounts.merging.merge(
                administrator.id,
                learner.id,
                actor_id="p",
                merge_results=partial(merge_hand_ins, town.data),
                promoted=lambda _: {},
            )
        )
    assert list(ErasureLedger(town.data.erasures_file)) == []


def test_the_only_administrator_of_an_old_backup_is_merged_all_the_same(town: Registry) -> None:
    kept, gone = town.person("Anna Alm"), town.person("Annika Two", role=Role.ADMINISTRATOR)
    merged(town, gone.id, kept.id)
    assert replayed(town) == (0, 1)
    # who may do what stands with the kept person; a course without one prints a link at its start
    assert town.accounts.roster.get(kept.id).role is Role.LEARNER


def test_who_became_somebody_who_was_erased_is_erased_with_them(town: Registry) -> None:
    kept, gone, bo = town.person("Anna Alm"), town.person("Annika Two"), town.person("Bo Berg")
    merged(town, gone.id, kept.id)
    ErasureLedger(town.data.erasures_file).add_person(kept.id)
    assert replayed(town) == (2, 0)
    assert here(town) == {bo.name}


def test_who_became_somebody_of_after_the_backup_and_was_erased_with_them_is_erased(
    town: Registry,
) -> None:
    gone = town.person("Annika Two")
    merged(town, gone.id, "p-unknown")
    ErasureLedger(town.data.erasures_file).add_person("p-unknown")
    assert replayed(town) == (1, 0)
    assert here(town) == set()


def test_who_became_somebody_of_after_the_backup_stays(town: Registry) -> None:
    gone = town.person("Annika Two")
    merged(town, gone.id, "p-unknown")
    assert replayed(town) == (0, 0)
    assert here(town) == {gone.name}


@pytest.mark.parametrize("known", [(0, 1, 2), (0, 2), (1, 2), (0, 1)])
def test_a_line_of_merges_ends_with_the_last_whom_the_backup_knows(
    town: Registry, known: tuple[int, ...]
) -> None:
    everybody = [town.person(f"Anna{number} Alm") for number in range(3)]
    first, second, third = (one.id for one in everybody)
    merged(town, first, second)
    merged(town, second, third)
    with town.database.transaction() as session:
        for number in {0, 1, 2} - set(known):
            session.delete(session.get_one(Person, everybody[number].id))
    assert replayed(town) == (0, len(known) - 1)
    assert here(town) == {everybody[known[-1]].name}


def test_a_merge_that_was_noted_and_not_saved_gives_way_to_its_opposite(town: Registry) -> None:
    anna, other = town.person("Anna Alm"), town.person("Annika Two")
    merged(town, anna.id, other.id)
    merged(town, other.id, anna.id)
    assert replayed(town) == (0, 1)
    assert here(town) == {anna.name}


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
    ledger.add_merged("p-guest", "p-abc")
    lines = [json.loads(line) for line in ledger.path.read_text().splitlines()]
    assert [set(line) for line in lines] == [
        {"at", "kind", "person"},
        {"at", "kind", "person", "into"},
    ]


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
