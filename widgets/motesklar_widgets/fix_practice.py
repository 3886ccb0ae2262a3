"""A rehearsal of the fix: one thing is broken on a drawn computer, and the learner repairs it."""

from traitlets import Dict, Unicode

from motesklar_widgets.drawn_computer import table
from motesklar_widgets.exercises import ExerciseWidget


class FixPractice(ExerciseWidget):
    """Repair a computer by doing it; nothing of the learner's own computer is used or changed.

    The answer's value is the list of actions that were done. Its hidden test is
    `assert fix_works(fault, answer), explanation`.

    Args:
        fault: one of `drawn_computer.FAULTS`.

    Raises:
        ValueError: there is no such fault.
    """

    _module_name = Unicode("fix_practice").tag(sync=True)
    fault = Unicode().tag(sync=True)
    #: The table that the browser plays by, see `drawn_computer.table`.
    computer = Dict().tag(sync=True)

    def __init__(self, exercise: str, *, question: str, fault: str) -> None:
        super().__init__(exercise, question=question, fault=fault, computer=table(fault))
