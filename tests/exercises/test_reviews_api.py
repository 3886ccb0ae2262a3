"""A comment that was written in formgrader is on the learner's page of the module."""

import pytest
from nbgrader.api import Gradebook

from tests.conftest import RunningCourse
from tests.exercises.test_api import MODULE, hand_in, state

pytestmark = pytest.mark.slow


def test_a_learner_reads_the_comment_and_nobody_else_does(course: RunningCourse) -> None:
    person = course.person("Anna")
    learner, other = course.client(person), course.client(course.person("Bo"))
    for one in (learner, other):
        hand_in(one)
    with Gradebook(course.data.gradebook_url, "motesklar") as gradebook:
        where = ("lesson", MODULE, person)
        comment = gradebook.find_comment("first-meeting-answer", *where)
        comment.manual_comment = "Tänk på resan."
        grade = gradebook.find_grade("first-meeting", *where)
        grade.manual_score = grade.max_score
        gradebook.db.commit()

    attempt = state(learner)["attempt"]
    said = {result["exercise"]: result for result in attempt["results"]}
    assert said["first-meeting"]["comment"] == "Tänk på resan."
    assert said["first-meeting"]["review"] == "read"
    assert attempt["score"] == said["first-meeting"]["max_score"]
    theirs = state(other)["attempt"]
    assert (theirs["score"], "resan" in str(theirs["results"])) == (0, False)
