"""The tables of a hall test one after another."""

import pytest

from motesklar.errors import NotFound
from tests.equipment.conftest import Desk


class Hall:
    """A workshop with people at tables."""

    def __init__(self, desk: Desk, **tables: str) -> None:
        self.desk = desk
        self.id, self.code = desk.workshop()
        self.people = {name: desk.person(name) for name in tables}
        for name, table in tables.items():
            desk.workshops.join(self.code, self.people[name], table)

    def turn(self, name: str) -> tuple[str, bool, int, int] | None:
        """(table, mine, number, total) as somebody's page is told."""
        turn = self.desk.equipment.turn_of(self.people[name])
        return None if turn is None else (turn.table, turn.mine, turn.number, turn.total)


def test_everybody_tests_when_they_like_until_the_leader_begins(desk: Desk) -> None:
    hall = Hall(desk, ada="1", bo="2")
    assert hall.turn("ada") is None
    assert desk.equipment.groups.get(hall.id).turn is None


def test_the_turn_passes_from_table_to_table(desk: Desk) -> None:
    hall = Hall(desk, ada="1", bo="2", cia="2", dan="10", eva="")
    desk.equipment.set_turn(hall.id, "1")
    assert hall.turn("ada") == ("1", True, 1, 4)
    assert hall.turn("bo") == ("1", False, 1, 4)
    desk.equipment.set_turn(hall.id, "2")
    assert hall.turn("cia") == ("2", True, 2, 4)
    # those who sit nowhere have their turn at last
    desk.equipment.set_turn(hall.id, "")
    assert hall.turn("eva") == ("", True, 4, 4)
    assert hall.turn("dan") == ("", False, 4, 4)
    desk.equipment.set_turn(hall.id, None)
    assert hall.turn("eva") is None
    desk.equipment.set_turn(hall.id, None)


def test_a_restart_of_the_server_keeps_the_turn(desk: Desk) -> None:
    hall = Hall(desk, ada="1", bo="2")
    desk.equipment.set_turn(hall.id, "2")
    turn = desk.restarted().turn_of(hall.people["bo"])
    assert turn is not None
    assert turn.mine


def test_a_table_where_nobody_sits_gets_no_turn(desk: Desk) -> None:
    hall = Hall(desk, ada="1")
    for table in ("2", ""):
        with pytest.raises(NotFound):
            desk.equipment.set_turn(hall.id, table)
    assert hall.turn("ada") is None


def test_a_table_that_has_emptied_still_stands_in_the_order(desk: Desk) -> None:
    hall = Hall(desk, ada="1", bo="2", cia="3")
    desk.equipment.set_turn(hall.id, "2")
    desk.workshops.join(hall.code, hall.people["bo"], "3")
    assert hall.turn("ada") == ("2", False, 2, 3)


def test_everybody_hears_of_a_turn_and_the_board_too(desk: Desk) -> None:
    hall = Hall(desk, ada="1", bo="2")
    told: list[str] = []
    end = desk.equipment.turns.subscribe(lambda: told.append("page"))
    desk.equipment.groups.subscribe(hall.id, lambda: told.append("board"))
    desk.equipment.set_turn(hall.id, "1")
    assert told == ["page", "board"]
    assert desk.equipment.groups.get(hall.id).turn == "1"
    end()
    end()
    desk.equipment.set_turn(hall.id, None)
    assert told == ["page", "board", "board"]


def test_who_is_in_no_workshop_waits_for_nobody(desk: Desk) -> None:
    hall = Hall(desk, ada="1")
    desk.equipment.set_turn(hall.id, "1")
    hall.people["zoe"] = desk.person("Zoe")
    assert hall.turn("zoe") is None
    # the day after nobody waits any more either
    desk.wait(hours=13)
    assert hall.turn("ada") is None
