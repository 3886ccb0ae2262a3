"""Widgets of the course: each is a class here and a script of its name in `static/`."""

from motesklar_widgets.base import CourseWidget
from motesklar_widgets.device_tests import CameraTest, MicrophoneTest, NetworkTest, SpeakerTest
from motesklar_widgets.drawn_computer import fix_works
from motesklar_widgets.exercises import (
    CallEvidence,
    ChooseOne,
    ChooseSeveral,
    HandIn,
    Match,
    PutInOrder,
)
from motesklar_widgets.filling_in import FillIn, ShortText, same_word
from motesklar_widgets.fix_practice import FixPractice
from motesklar_widgets.gettext import _
from motesklar_widgets.invitation import Invitation, invitation_works
from motesklar_widgets.meeting_window import ClickPlace
from motesklar_widgets.practice_call import PracticeCall
from motesklar_widgets.scenario import Scenario
from motesklar_widgets.service import MeetingAccount, OpenMeeting, Promise, ServiceButtons
from motesklar_widgets.trip_calculator import TripCalculator

__all__ = [
    "CallEvidence",
    "CameraTest",
    "ChooseOne",
    "ChooseSeveral",
    "ClickPlace",
    "CourseWidget",
    "FillIn",
    "FixPractice",
    "HandIn",
    "Invitation",
    "Match",
    "MeetingAccount",
    "MicrophoneTest",
    "NetworkTest",
    "OpenMeeting",
    "PracticeCall",
    "Promise",
    "PutInOrder",
    "Scenario",
    "ServiceButtons",
    "ShortText",
    "SpeakerTest",
    "TripCalculator",
    "_",
    "fix_works",
    "invitation_works",
    "same_word",
]
