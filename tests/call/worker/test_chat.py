"""Lines in the making, and what later comers read."""

from motesklar.call.messages import Line
from motesklar.call.worker.chat import CHARACTERS_KEPT, LINES_KEPT, Chat


def line(text: str, member: str = "m-alma") -> Line:
    return Line(member=member, name="Alma", text=text)


def test_a_line_is_kept_once_it_is_finished() -> None:
    chat = Chat()
    assert not chat.write(line("He"))
    assert chat.unfinished == [line("He")]
    assert chat.lines == []
    assert chat.write(line("Hej\n"))
    assert chat.unfinished == []
    assert chat.lines == [line("Hej\n")]


def test_a_line_that_is_taken_back_or_empty_is_no_line() -> None:
    chat = Chat()
    chat.write(line("Hej"))
    assert not chat.write(line(""))
    assert not chat.write(line(" \n"))
    assert (chat.unfinished, chat.lines) == ([], [])


def test_the_line_of_somebody_who_leaves_is_shown_as_empty() -> None:
    chat = Chat()
    chat.write(line("Hej"))
    assert chat.drop("m-alma") == line("")
    assert chat.drop("m-alma") is None
    assert chat.unfinished == []


def test_only_the_last_lines_are_kept() -> None:
    chat = Chat()
    for number in range(LINES_KEPT + 10):
        chat.write(line(f"{number}\n"))
    assert len(chat.lines) == LINES_KEPT
    assert chat.lines[0] == line("10\n")


def test_long_lines_take_the_place_of_many_short_ones() -> None:
    chat = Chat()
    for _ in range(LINES_KEPT):
        chat.write(line("x" * 999 + "\n"))
    assert sum(len(each.text) for each in chat.lines) <= CHARACTERS_KEPT
    assert chat.lines
