"""What an exercise asks and offers, in its author's words; read from the source, nothing is run.

Pages of review tell answers with it: a learner's answer is keys, and a person reads words.
"""

import ast
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from motesklar.course import Exercise, ExerciseKind, Module
from motesklar.exercises.library import read_notebook
from motesklar.exercises.notebook import LESSON, solutions_of
from motesklar.exercises.repairs import action_in_words
from motesklar.exercises.widget_calls import constant, marked

#: Answers that hold what people have written, not what they have chosen.
OWN_WORDS = (ExerciseKind.SHORT_TEXT, ExerciseKind.INVITATION)


@dataclass(frozen=True)
class Question:
    """An exercise's words, msgids of its module.

    Args:
        text: what is asked; empty where the author gave none.
        words: key to what a choice, item, target or place is called.
        solution: the right answer, or a good one where a person reads it.
    """

    text: str = ""
    words: Mapping[str, str] = field(default_factory=dict)
    solution: Any = None


def questions_of(module: Module) -> Mapping[str, Question]:
    """Exercise id to its words; the file is read once for each version of the module.

    Raises:
        ConfigError: the source is no notebook.
    """
    return _questions(_Source(module.name, module.version, module))


def answer_in_words(
    module: Module, exercise: Exercise, value: Any, language: str, gettext: Callable[[str], str]
) -> str:
    """An answer as people would say it; lines of a longer one are kept apart by line breaks.

    `gettext` has the course's own words in `language`; the module's are its own.
    """
    question = questions_of(module).get(exercise.id, Question())

    def word(key: Any) -> str:
        return module.text(question.words.get(str(key), str(key)), language)

    match exercise.kind:
        case ExerciseKind.CHOOSE_ONE | ExerciseKind.CLICK_PLACE:
            return word(value)
        case ExerciseKind.CHOOSE_SEVERAL:
            return "\n".join(map(word, value))
        case ExerciseKind.PUT_IN_ORDER | ExerciseKind.SCENARIO:
            return " → ".join(map(word, value))
        case ExerciseKind.FIX_PRACTICE:
            return " → ".join(action_in_words(str(action), gettext) for action in value)
        case ExerciseKind.MATCH:
            return "\n".join(f"{word(item)} – {word(target)}" for item, target in value.items())
        case ExerciseKind.INVITATION:
            return "\n".join(str(part) for part in value.values())
        case _:
            return str(value)


@dataclass(frozen=True)
class _Source:
    """A module as a cache knows it: another version is another one."""

    name: str
    version: str
    module: Module = field(compare=False)


@lru_cache(maxsize=64)
def _questions(source: _Source) -> Mapping[str, Question]:
    notebook = read_notebook(source.name, source.module.folder / LESSON)
    solutions = solutions_of(source.module, notebook)
    found = {}
    for call in _widget_calls(notebook):
        exercise = constant(call.args[0])
        asked = {one.arg: one.value for one in call.keywords}
        found[exercise] = Question(
            text=(marked(asked["question"]) if "question" in asked else None) or "",
            words=dict(_words(call)),
            solution=solutions.get(exercise),
        )
    return found


def _widget_calls(notebook: Mapping[str, Any]) -> Iterator[ast.Call]:
    for cell in notebook["cells"]:
        if cell["cell_type"] != "code" or cell["metadata"].get("nbgrader"):
            continue
        for node in ast.walk(ast.parse(cell["source"])):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Name)
                and node.func.id in set(ExerciseKind)
                and node.args
            ):
                yield node


def _words(call: ast.Call) -> Iterator[tuple[str, str]]:
    """Every key that is written with a text, or with a text and where it leads."""
    for node in ast.walk(call):
        if not isinstance(node, ast.Dict):
            continue
        for key, value in zip(node.keys, node.values, strict=True):
            told = value.elts[0] if isinstance(value, ast.Tuple) and value.elts else value
            text = marked(told)
            if text is not None and isinstance(name := constant(key), str):
                yield name, text
