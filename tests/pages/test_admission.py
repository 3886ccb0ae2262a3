"""The line for kernels is fair, whoever comes, goes or asks twice."""

import random
from collections import Counter

import pytest

from motesklar.pages.admission import Line


def line_of(*places: tuple[str, str]) -> "Line[str]":
    line: Line[str] = Line()
    for claim, session in places:
        line.join(claim, session)
    return line


def test_who_comes_first_is_served_first() -> None:
    line = line_of(("a1", "a"), ("b1", "b"), ("c1", "c"))
    assert line.order({}) == ["a1", "b1", "c1"]


def test_who_has_a_kernel_already_goes_behind_those_who_have_none() -> None:
    line = line_of(("a2", "a"), ("b1", "b"), ("c3", "c"), ("d1", "d"))
    assert line.order({"a": 1, "c": 2}) == ["b1", "d1", "a2", "c3"]


def test_a_second_page_in_line_goes_behind_everybodys_first() -> None:
    line = line_of(("a1", "a"), ("a2", "a"), ("a3", "a"), ("b1", "b"), ("b2", "b"))
    assert line.order({}) == ["a1", "b1", "a2", "b2", "a3"]


def test_standing_in_line_again_keeps_the_place() -> None:
    line = line_of(("a1", "a"), ("b1", "b"), ("a1", "a"))
    assert line.order({}) == ["a1", "b1"]
    assert len(line) == 2


def test_leaving_is_final_and_may_be_done_twice() -> None:
    line = line_of(("a1", "a"), ("b1", "b"))
    line.leave("a1")
    line.leave("a1")
    assert "a1" not in line
    line.join("a1", "a")
    assert line.order({}) == ["b1", "a1"]


def test_a_place_that_is_away_is_kept_but_puts_nobody_behind() -> None:
    line = line_of(("gone", "a"), ("b1", "b"), ("a1", "a"), ("c1", "c"))
    assert line.order({}) == ["gone", "b1", "c1", "a1"]
    assert line.order({}, away={"gone"}) == ["gone", "b1", "a1", "c1"]


# with random people


class Crowd:
    """People who come, leave and are served at random, and what the line made of it."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.line: Line[str] = Line()
        self.kernels: Counter[str] = Counter()
        self.places: dict[str, str] = {}  # claim to session, in order of arrival
        self.claims = 0

    @property
    def order(self) -> list[str]:
        return self.line.order(self.kernels)

    def move(self) -> None:
        """Somebody does something."""
        move = self.chance.choice(["join", "join", "leave", "serve"])
        if move == "join":
            self.join(self.chance.choice("abcdefgh"))
        elif self.places:
            first = self.order[0]
            claim = first if move == "serve" else self.chance.choice(list(self.places))
            session = self.places.pop(claim)
            self.line.leave(claim)
            self.kernels[session] += move == "serve"

    def join(self, session: str) -> None:
        claim = f"{session}{self.claims}"
        self.claims += 1
        self.places[claim] = session
        self.line.join(claim, session)


def expected_order(crowd: Crowd) -> list[str]:
    """The rule, said in the slowest way: always take who has least, then who came first."""
    having = Counter(crowd.kernels)
    arrivals = list(crowd.places)
    least: dict[str, int] = {}
    for claim in arrivals:
        session = crowd.places[claim]
        least[claim] = having[session]
        having[session] += 1
    return sorted(arrivals, key=lambda claim: (least[claim], arrivals.index(claim)))


@pytest.mark.parametrize("seed", range(20))
def test_the_order_follows_the_rule_after_whatever_happened(seed: int) -> None:
    crowd = Crowd(seed)
    for _ in range(150):
        crowd.move()
        assert crowd.order == expected_order(crowd)
        assert len(crowd.line) == len(crowd.places)


@pytest.mark.parametrize("seed", range(20))
def test_nobody_is_overtaken_by_who_comes_later_and_has_as_much(seed: int) -> None:
    crowd = Crowd(seed)
    for _ in range(100):
        crowd.move()
    for session in "stu":  # they have no kernel and stand in line for the first time
        crowd.join(session)
    before = [crowd.order.index(claim) for claim in list(crowd.places)[-3:]]
    mine = list(crowd.places)[-3:]
    for _ in range(60):
        crowd.join(crowd.chance.choice("abcdefghvwxyz"))
    assert [crowd.order.index(claim) for claim in mine] == before


@pytest.mark.parametrize("seed", range(10))
def test_everybody_is_served_within_a_round_however_many_pages_one_opens(seed: int) -> None:
    crowd = Crowd(seed)
    for _ in range(30):
        crowd.join("greedy")
    people = [f"person{number}" for number in range(10)]
    for person in crowd.chance.sample(people, len(people)):
        crowd.join(person)
    served = []
    for _ in range(len(people) + 1):
        claim = crowd.order[0]
        session = crowd.places.pop(claim)
        crowd.line.leave(claim)
        crowd.kernels[session] += 1
        served.append(session)
    assert sorted(served) == sorted(["greedy", *people])
