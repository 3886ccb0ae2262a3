"""Widgets of the course: each is a class here and a script of its name in `static/`."""

from motesklar_widgets.base import CourseWidget
from motesklar_widgets.device_tests import CameraTest, MicrophoneTest, NetworkTest, SpeakerTest
from motesklar_widgets.drawn_computer import fix_works
from motesklar_widgets.exercises import CallEvidence, ChooseOne, HandIn, PutInOrder
from motesklar_widgets.fix_practice import FixPractice
from motesklar_widgets.gettext import _
from motesklar_widgets.practice_call import PracticeCall
from motesklar_widgets.trip_calculator import TripCalculator

__all__ = [
    "CallEvidence",
    "CameraTest",
    "ChooseOne",
    "CourseWidget",
    "FixPractice",
    "HandIn",
    "MicrophoneTest",
    "NetworkTest",
    "PracticeCall",
    "PutInOrder",
    "SpeakerTest",
    "TripCalculator",
    "_",
    "fix_works",
]
