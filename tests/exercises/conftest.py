"""A tiny course, prepared once; each test gets a copy with people and databases of its own."""

import asyncio
import shutil
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from motesklar.config import Settings, load_settings
from motesklar.exercises.manager import Exercises
from motesklar.exercises.nbgrader_root import prepare_course
from motesklar.kernels.supervisor import TemplateSupervisor
from motesklar.paths import DataFolder, shipped_settings
from motesklar.store.facts import FactLog
from motesklar.store.models import Attempt, AttemptState, Person
from tests.databases import new_database
from tests.exercises.lessons import lesson, spoken, step, whole_lesson, write_module

GRADING_SECONDS = 120


def settings_for(*modules: str) -> Settings:
    settings = load_settings(shipped_settings())
    return settings.model_copy(
        update={"course": settings.course.model_copy(update={"modules": list(modules)})}
    )


class Classroom:
    """An `Exercises` with what a test wants to know of it."""

    def __init__(self, data: DataFolder, overlay: Path, *modules: str) -> None:
        self.data = data
        self.overlay = overlay
        self.modules = modules
        self.database = new_database(data.root / "course.db")
        self.facts = FactLog(self.database)
        self.templates = TemplateSupervisor(data.root / "kernels.log", lambda: None)
        self.exercises = self.new_exercises()

    def new_exercises(self) -> Exercises:
        """As after a restart."""
        made = Exercises(
            settings_for(*self.modules),
            self.data,
            self.database,
            self.facts,
            self.kernels,
            self.overlay,
        )
        made.prepare()
        return made

    async def kernels(self) -> str:
        return (await self.templates.template()).path

    async def start(self) -> None:
        await self.templates.start()
        await self.exercises.start()

    async def stop(self) -> None:
        await self.exercises.close()
        await self.templates.close()

    async def restart(self) -> None:
        await self.stop()
        self.exercises = self.new_exercises()
        await self.start()

    def person(self, name: str = "Anna Andersson") -> str:
        with self.database.transaction() as session:
            person = Person(name=name)
            session.add(person)
            session.flush()
            return person.id

    async def hand_in(self, person: str, attempt_id: str, module: str = "m1") -> None:
        await self.exercises.hand_in(person, module, attempt_id)

    async def graded(self, attempt_id: str) -> Attempt:
        """The attempt once all hand-ins are through, however that went."""
        async with asyncio.timeout(GRADING_SECONDS):
            await self.exercises.queue.idle()
        return self.exercises.attempts.get(attempt_id)

    async def assert_graded(self, attempt_id: str, score: float) -> Attempt:
        attempt = await self.graded(attempt_id)
        assert attempt.state is AttemptState.GRADED
        assert attempt.score == score
        return attempt

    def answer(self, person: str, first: str | None = "b", order: bool = True) -> None:
        if first is not None:
            self.exercises.save_answer(person, "m1", "first-meeting", first)
        if order:
            self.exercises.save_answer(person, "m1", "steps", ["on", "say"])


@pytest.fixture(scope="session")
def tiny_course(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, DataFolder]:
    """The overlay and the prepared data folder; tests copy them."""
    folder = tmp_path_factory.mktemp("tiny")
    overlay = folder / "overlay"
    write_module(overlay / "modules", "m1", whole_lesson())
    write_module(overlay / "modules", "m2", lesson(step("call"), *spoken()))
    data = DataFolder(folder / "data")
    data.prepare()
    prepare_course(["m1", "m2"], data, overlay)
    return overlay, data


@pytest.fixture
def make_classroom(
    tiny_course: tuple[Path, DataFolder], tmp_path: Path
) -> Callable[..., Classroom]:
    def make(*modules: str) -> Classroom:
        overlay, data = tiny_course
        mine = tmp_path / "overlay"
        shutil.copytree(overlay, mine)
        shutil.copytree(data.root, tmp_path / "data", symlinks=True)
        return Classroom(DataFolder(tmp_path / "data"), mine, *(modules or ("m1", "m2")))

    return make


@pytest.fixture
async def classroom(make_classroom: Callable[..., Classroom]) -> AsyncIterator[Classroom]:
    """A running one."""
    made = make_classroom()
    await made.start()
    yield made
    await made.stop()
    made.database.close()
