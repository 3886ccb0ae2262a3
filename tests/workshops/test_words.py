"""What is written in a workshop: who may, who reads it, and that nothing of it stays."""

import re

import pytest
from sqlalchemy import select

from motesklar.errors import NotFound, TooMany
from motesklar.store.models import Person, WorkshopWords
from motesklar.web.bundles import WEB_STATIC
from motesklar.web.sessions import SessionView
from motesklar.workshops.help.questions import WorkshopHasEnded
from motesklar.workshops.help.topics import TOPICS, WORDS_MAX, TooManyWords
from motesklar.workshops.help.words import Kind
from motesklar.workshops.manager import WorkshopView
from motesklar.workshops.roles import Part
from tests.workshops.conftest import MODULE, Hall


@pytest.fixture
def leader(hall: Hall) -> SessionView:
    return hall.leader()


@pytest.fixture
def workshop(hall: Hall, leader: SessionView) -> WorkshopView:
    return hall.workshops.create(leader.person_id, "Tisdag", MODULE)


def given(hall: Hall, workshop: WorkshopView, leader: SessionView, part: Part) -> SessionView:
    person = hall.person(part.value.title())
    with hall.database.transaction() as session:
        session.get_one(Person, person.person_id).email = f"{part}@exempelstad.se"
    hall.workshops.roles.give(workshop.id, f"{part}@exempelstad.se", part, leader)
    return person


def test_each_writes_what_their_part_allows(
    hall: Hall, workshop: WorkshopView, leader: SessionView
) -> None:
    writers = {
        "leader": leader,
        "helper": given(hall, workshop, leader, Part.HELPER),
        "captioner": given(hall, workshop, leader, Part.CAPTIONER),
        "participant": hall.person("Ada"),
    }
    hall.workshops.join(workshop.join_code, writers["participant"].person_id)
    may = {
        Kind.LEADERS: {"leader", "helper"},
        Kind.ALL: {"leader"},
        Kind.CAPTION: {"leader", "captioner"},
    }
    for kind, names in may.items():
        for name, writer in writers.items():
            if name in names:
                hall.workshops.words.write(workshop.id, kind, f"{kind} {name}", writer)
            else:
                with pytest.raises(NotFound):
                    hall.workshops.words.write(workshop.id, kind, "nej", writer)
    wall = hall.workshops.words.wall(workshop.id)
    assert {one.words for one in wall.leaders} == {"leaders leader", "leaders helper"}
    assert [(one.words, one.name) for one in wall.said] == [("all leader", "Lena Ledare")]
    assert {one.words for one in wall.captions} == {"caption leader", "caption captioner"}


def test_the_newest_lines_are_shown_last_and_older_captions_are_gone(
    hall: Hall, workshop: WorkshopView, leader: SessionView
) -> None:
    for number in range(6):
        hall.wait(seconds=1)
        hall.workshops.words.write(workshop.id, Kind.CAPTION, f"Rad {number}", leader)
    captions = hall.workshops.words.wall(workshop.id).captions
    assert [one.words for one in captions] == ["Rad 3", "Rad 4", "Rad 5"]
    with hall.database.transaction() as session:
        assert len(session.scalars(select(WorkshopWords)).all()) == 3


@pytest.mark.parametrize("typed", ["", " \n\t", "\u200b\x00", "x" * 501])
def test_what_can_not_be_shown_is_refused(
    hall: Hall, workshop: WorkshopView, leader: SessionView, typed: str
) -> None:
    with pytest.raises(TooManyWords):
        hall.workshops.words.write(workshop.id, Kind.ALL, typed, leader)


def test_a_flood_of_lines_is_absorbed(
    hall: Hall, workshop: WorkshopView, leader: SessionView
) -> None:
    def flood() -> None:
        for number in range(100):
            hall.workshops.words.write(workshop.id, Kind.CAPTION, str(number), leader)

    with pytest.raises(TooMany):
        flood()


def test_the_end_erases_every_word(hall: Hall, workshop: WorkshopView, leader: SessionView) -> None:
    other = hall.workshops.create(leader.person_id, "Onsdag", MODULE)
    for kind in Kind:
        hall.workshops.words.write(workshop.id, kind, "Ord", leader)
    hall.workshops.words.write(other.id, Kind.ALL, "Blir kvar", leader)
    hall.workshops.end(workshop.id, leader)
    assert hall.workshops.words.wall(workshop.id).ended
    with hall.database.transaction() as session:
        assert session.scalars(select(WorkshopWords.words)).all() == ["Blir kvar"]
    with pytest.raises(WorkshopHasEnded):
        hall.workshops.words.write(workshop.id, Kind.ALL, "Sent", leader)


def test_words_of_a_workshop_that_nobody_ended_are_erased_after_its_time(
    hall: Hall, workshop: WorkshopView, leader: SessionView
) -> None:
    hall.workshops.words.write(workshop.id, Kind.LEADERS, "Ord", leader)
    hall.wait(days=8)
    hall.workshops.create(leader.person_id, "Nästa", MODULE)
    with hall.database.transaction() as session:
        assert session.scalars(select(WorkshopWords.words)).all() == []


def test_the_page_offers_the_topics_that_the_server_takes_in_the_same_words() -> None:
    script = (WEB_STATIC / "js" / "hand_dialog.js").read_text(encoding="utf-8")
    offered = re.findall(r'\["(\w+)", t\("([^"]+)"\)\]', script)
    assert offered == [(topic.value, words) for topic, words in TOPICS.items()]
    assert f"const WORDS_MAX = {WORDS_MAX};" in script
