"""Exercises that are answered by writing: a number, a word, or a few sentences to a person."""

import unicodedata

from traitlets import Unicode

from motesklar_widgets.exercises import ExerciseWidget

#: Of a word that is filled in, and of a text that a person reads.
WORD_CHARACTERS = 100
TEXT_CHARACTERS = 2000


class FillIn(ExerciseWidget):
    """Write a number, or a word.

    Args:
        unit: what is counted, such as minutes; the answer's value is then a number (int or float).
            Without it, the value is a text of 1 to 100 characters, to be tested by `same_word`.
    """

    _module_name = Unicode("fill_in").tag(sync=True)
    unit = Unicode().tag(sync=True)

    def __init__(self, exercise: str, *, question: str, unit: str = "") -> None:
        super().__init__(exercise, question=question, unit=unit)


class ShortText(ExerciseWidget):
    """Write a few sentences that a person reads and answers; worth no points, and left to anybody.

    The answer's value is a text of 1 to 2000 characters. nbgrader grades it by hand.
    """

    _module_name = Unicode("short_text").tag(sync=True)

    def __init__(self, exercise: str, *, question: str) -> None:
        super().__init__(exercise, question=question)


def same_word(answer: object, *accepted: str) -> bool:
    """Whether an answer is one of the accepted words.

    Capitals, spaces, a final full stop and accents such as that of é make no difference; å, ä and
    ö do, because they are letters of their own.
    """
    return isinstance(answer, str) and _plain(answer) in {_plain(word) for word in accepted}


def _plain(word: str) -> str:
    seen = word.replace("\N{SOFT HYPHEN}", "").casefold()
    text = " ".join(seen.split()).rstrip(".! ")
    return "".join(
        letter if letter in "åäö" else unicodedata.normalize("NFD", letter)[0]
        for letter in unicodedata.normalize("NFC", text)
    )
