"""Widgets of the course: each is a class here and a script of its name in `static/`."""

from motesklar_widgets.base import CourseWidget
from motesklar_widgets.device_tests import CameraTest, MicrophoneTest, SpeakerTest
from motesklar_widgets.exercises import CallEvidence, ChooseOne, HandIn, PutInOrder
from motesklar_widgets.gettext import _
from motesklar_widgets.practice_call import PracticeCall
from motesklar_widgets.trip_calculator import TripCalculator

__all__ = [
    "CallEvidence",
    "CameraTest",
    "ChooseOne",
    "CourseWidget",
    "HandIn",
    "MicrophoneTest",
    "PracticeCall",
    "PutInOrder",
    "SpeakerTest",
    "TripCalculator",
    "_",
]
