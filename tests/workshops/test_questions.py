"""The help queue: asking, claiming, closing, answering many, and who may do what."""

from collections.abc import Callable

import pytest
from sqlalchemy import select

from motesklar.errors import NotFound, TooMany
from motesklar.store.models import Person, Question, Role
from motesklar.web.sessions import SessionView
from motesklar.workshops.help.questions import (
    AlreadyClaimed,
    NobodyAsks,
    NoSuchQuestion,
    WorkshopHasEnded,
)
from motesklar.workshops.help.topics import TooManyWords, Topic
from motesklar.workshops.manager import WorkshopView
from motesklar.workshops.roles import Part
from tests.workshops.conftest import MODULE, Hall


class Helped:
    """A workshop with a leader and a helper."""

    def __init__(self, hall: Hall) -> None:
        self.hall = hall
        self.leader = hall.leader()
        self.workshop: WorkshopView = hall.workshops.create(self.leader.person_id, "Tisdag", MODULE)
        self.id = self.workshop.id
        self.questions = hall.workshops.questions
        self.kim = self.helper("Kim", Part.HELPER)

    def helper(self, name: str, part: Part) -> SessionView:
        """Somebody with a part; an ordinary learner."""
        person = self.hall.person(name)
        email = f"{person.person_id}@exempelstad.se"
        with self.hall.database.transaction() as session:
            session.get_one(Person, person.person_id).email = email
        self.hall.workshops.roles.give(self.id, email, part, self.leader)
        return person

    def asker(self, name: str, topic: Topic | None = None, words: str | None = None) -> SessionView:
        """A participant whose hand is up."""
        person = self.hall.person(name)
        self.hall.workshops.join(self.workshop.join_code, person.person_id, "4")
        self.ask(person, topic, words)
        return person

    def ask(
        self, person: SessionView, topic: Topic | None = None, words: str | None = None
    ) -> None:
        self.hall.wait(seconds=1)
        self.hall.workshops.set_hand(person.person_id, raised=True, topic=topic, words=words)

    def id_of(self, person: SessionView) -> str:
        asked = self.questions.line(self.id).of(person.person_id)
        assert asked is not None
        return asked.id

    @property
    def line(self) -> list[str]:
        return [one.name for one in self.questions.line(self.id).asked]

    @property
    def hands(self) -> int:
        return self.hall.workshops.board(self.id).board.hands


@pytest.fixture
def helped(hall: Hall) -> Helped:
    return Helped(hall)


def test_one_press_is_enough_and_asks_about_something_else(helped: Helped) -> None:
    ada = helped.asker("Ada")
    (asked,) = helped.questions.line(helped.id).asked
    assert (asked.name, asked.topic, asked.words) == ("Ada", Topic.OTHER, "")
    assert (asked.place, asked.table, asked.helper_id) == (1, "4", None)
    assert helped.hands == 1
    helped.hall.workshops.set_hand(ada.person_id, raised=False)
    assert helped.line == []
    assert helped.hands == 0


def test_saying_more_keeps_the_place_and_is_still_one_question(helped: Helped) -> None:
    ada, _ = helped.asker("Ada"), helped.asker("Bo")
    helped.ask(ada, Topic.SOUND, " Jag hör\n inget\u2028 ")
    helped.ask(ada)  # pressing without saying anything forgets nothing
    first, second = helped.questions.line(helped.id).asked
    assert (first.topic, first.words) == (Topic.SOUND, "Jag hör inget")
    assert (first.name, second.name) == ("Ada", "Bo")
    with helped.hall.database.transaction() as session:
        assert len(session.scalars(select(Question)).all()) == 2


def test_words_that_do_not_fit_are_refused_and_change_nothing(helped: Helped) -> None:
    ada = helped.asker("Ada", Topic.SOUND, "Hjälp")
    with pytest.raises(TooManyWords):
        helped.ask(ada, Topic.PICTURE, "a" * 501)
    assert helped.questions.line(helped.id).asked[0].words == "Hjälp"


def test_a_flood_is_absorbed_and_a_hand_can_always_be_lowered(helped: Helped) -> None:
    ada = helped.asker("Ada")
    workshops = helped.hall.workshops

    def flood() -> None:
        for number in range(20):
            workshops.set_hand(ada.person_id, raised=True, words=str(number))

    with pytest.raises(TooMany):
        flood()
    workshops.set_hand(ada.person_id, raised=False)
    assert helped.line == []
    helped.hall.wait(minutes=2)
    helped.ask(ada)
    assert helped.line == ["Ada"]


def test_the_asker_is_told_who_comes_and_the_helper_goes_on_to_the_next(helped: Helped) -> None:
    ada, bo = helped.asker("Ada"), helped.asker("Bo")
    helped.questions.claim(helped.id, helped.id_of(ada), helped.kim)
    helped.questions.claim(helped.id, helped.id_of(ada), helped.kim)
    mine = helped.questions.line(helped.id).of(ada.person_id)
    assert mine is not None
    assert mine.helper == "Kim"
    helped.questions.close(helped.id, helped.id_of(ada), helped.kim)
    assert helped.line == ["Bo"]
    assert helped.hands == 1
    assert helped.hall.workshops.hand(bo.person_id).place == 1  # type: ignore[union-attr]
    assert helped.hall.workshops.hand(ada.person_id).raised is False  # type: ignore[union-attr]


def test_two_helpers_do_not_go_to_the_same_person(helped: Helped) -> None:
    ada = helped.asker("Ada")
    lo = helped.helper("Lo", Part.HELPER)
    question = helped.id_of(ada)
    helped.questions.claim(helped.id, question, helped.kim)
    with pytest.raises(AlreadyClaimed) as refused:
        helped.questions.claim(helped.id, question, lo)
    assert refused.value.params == {"name": "Kim"}
    with pytest.raises(AlreadyClaimed):
        helped.questions.let_go(helped.id, question, lo)
    helped.questions.let_go(helped.id, question, helped.kim)
    helped.questions.claim(helped.id, question, lo)
    helped.questions.let_go(helped.id, question, helped.leader)  # leaders may
    assert helped.questions.line(helped.id).asked[0].helper_id is None


def test_what_a_helper_had_claimed_stands_in_line_again_when_they_are_none(helped: Helped) -> None:
    ada = helped.asker("Ada")
    helped.questions.claim(helped.id, helped.id_of(ada), helped.kim)
    helped.questions.free(helped.id, helped.kim.person_id)
    assert helped.questions.line(helped.id).asked[0].helper_id is None


def test_an_answer_to_a_topic_closes_it_and_each_asker_sees_it(helped: Helped) -> None:
    ada, bo = helped.asker("Ada", Topic.SOUND), helped.asker("Bo", Topic.SOUND)
    cia = helped.asker("Cia", Topic.PICTURE)
    old = helped.asker("Dan", Topic.SOUND)
    helped.questions.close(helped.id, helped.id_of(old), helped.kim)
    helped.hall.wait(seconds=1)
    assert helped.questions.answer(helped.id, Topic.SOUND, "Sätt i sladden.", helped.kim) == 2
    line = helped.questions.line(helped.id)
    assert helped.line == ["Cia"]
    assert {line.answers[one.person_id].words for one in (ada, bo)} == {"Sätt i sladden."}
    assert set(line.answers) == {ada.person_id, bo.person_id}
    assert cia.person_id not in line.answers
    helped.ask(ada, Topic.SOUND)
    helped.hall.wait(seconds=1)
    helped.hall.workshops.set_hand(ada.person_id, raised=False)
    assert ada.person_id not in helped.questions.line(helped.id).answers
    with pytest.raises(NobodyAsks):
        helped.questions.answer(helped.id, Topic.SOUND, "Igen", helped.kim)
    with pytest.raises(TooManyWords):
        helped.questions.answer(helped.id, Topic.PICTURE, " \n", helped.kim)


def test_leaving_for_another_workshop_closes_the_question(helped: Helped) -> None:
    ada = helped.asker("Ada")
    other = helped.hall.workshops.create(helped.leader.person_id, "Onsdag", MODULE)
    helped.hall.workshops.join(other.join_code, ada.person_id)
    assert helped.line == []


def test_the_boards_button_closes_the_question(helped: Helped) -> None:
    ada = helped.asker("Ada")
    helped.hall.workshops.lower_hand(helped.id, ada.person_id, helped.leader)
    assert helped.line == []
    with helped.hall.database.transaction() as session:
        assert session.scalars(select(Question.closed_at)).all() == [helped.hall.now]


def test_only_those_who_help_in_this_workshop_may_do_anything(helped: Helped) -> None:
    ada = helped.asker("Ada", Topic.SOUND)
    question = helped.id_of(ada)
    elsewhere = Helped(helped.hall)
    captioner = helped.helper("Tove", Part.CAPTIONER)
    questions = helped.questions
    for who in (ada, captioner, elsewhere.kim, elsewhere.leader, helped.hall.leader()):
        refused: list[Callable[[], object]] = [
            lambda who=who: questions.claim(helped.id, question, who),
            lambda who=who: questions.let_go(helped.id, question, who),
            lambda who=who: questions.close(helped.id, question, who),
            lambda who=who: questions.answer(helped.id, Topic.SOUND, "Nej", who),
        ]
        for one in refused:
            with pytest.raises(NotFound):
                one()
    # nor by way of another workshop
    with pytest.raises(NoSuchQuestion):
        questions.close(elsewhere.id, question, elsewhere.kim)
    assert helped.line == ["Ada"]


def test_the_end_closes_everything_and_erases_what_was_written(helped: Helped) -> None:
    ada = helped.asker("Ada", Topic.ACCOUNT, "Jag kan inte mitt lösenord")
    question = helped.id_of(ada)
    helped.questions.claim(helped.id, question, helped.kim)
    helped.hall.wait(seconds=1)
    helped.hall.workshops.end(helped.id, helped.leader)
    assert helped.questions.line(helped.id).ended
    with helped.hall.database.transaction() as session:
        kept = session.get_one(Question, question)
        assert (kept.topic, kept.words, kept.helper_id) == ("account", "", None)
        assert kept.closed_at == helped.hall.now
    with pytest.raises(WorkshopHasEnded):
        helped.questions.claim(helped.id, question, helped.kim)


def test_what_nobody_ended_is_erased_once_its_time_has_run_out(helped: Helped) -> None:
    ada = helped.asker("Ada", Topic.ACCOUNT, "Hemligt")
    question = helped.id_of(ada)
    helped.hall.workshops.erase_forgotten()
    assert helped.line == ["Ada"]
    helped.hall.wait(days=8)
    helped.hall.workshops.erase_forgotten()
    with helped.hall.database.transaction() as session:
        assert session.get_one(Question, question).words == ""


def test_who_follows_is_told_of_each_change_until_they_stop(helped: Helped) -> None:
    told: list[int] = []
    end = helped.questions.known.subscribe(helped.id, lambda: told.append(1))
    ada = helped.asker("Ada")
    assert helped.line == ["Ada"]
    before = len(told)
    helped.questions.claim(helped.id, helped.id_of(ada), helped.kim)
    assert helped.questions.line(helped.id).asked[0].helper == "Kim"
    assert len(told) == before + 1
    end()
    end()
    helped.questions.close(helped.id, helped.id_of(ada), helped.kim)
    assert len(told) == before + 1
    assert helped.line == []


def test_an_administrator_helps_everywhere(helped: Helped) -> None:
    ada = helped.asker("Ada")
    administrator = helped.hall.person("Adam", Role.ADMINISTRATOR)
    helped.questions.close(helped.id, helped.id_of(ada), administrator)
    assert helped.line == []
