"""Who watches which board, and the board as it was last built.

Only boards that somebody watches are kept. A fact is matched against them in memory, so that
everything that happens outside workshops costs no query.
"""

from dataclasses import dataclass

from motesklar.workshops.board.board import Board
from motesklar.workshops.known import Known
from motesklar.workshops.sheet.sheet import BoardStep


@dataclass(frozen=True)
class LiveBoard:
    """A board and what it is the board of.

    Args:
        steps: what the workshop goes through, in order.
        ended: the workshop is over, and the board is empty.
    """

    workshop_id: str
    steps: tuple[BoardStep, ...]
    ended: bool
    board: Board

    def shows(self, person_id: str, module: str) -> bool:
        """Whether something this person does in `module` may change it."""
        return person_id in self.board.people and any(step.module == module for step in self.steps)


class Watching(Known[LiveBoard]):
    """The watched boards."""

    def follow(self, person_id: str, module: str) -> None:
        """Somebody has done something: their boards are out of date."""
        for workshop_id in self.about(lambda live: live is None or live.shows(person_id, module)):
            self.set_changed(workshop_id)
