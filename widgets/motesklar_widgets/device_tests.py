"""Widgets that test the person's own sound, picture and network in the browser, one in a step."""

from traitlets import Unicode

from motesklar_widgets.base import CourseWidget


class SpeakerTest(CourseWidget):
    """Plays three tones and passes when the person says that they were heard."""

    _module_name = Unicode("speaker_test").tag(sync=True)


class MicrophoneTest(CourseWidget):
    """Passes when it has heard somebody speak; neither silence nor hum ever passes."""

    _module_name = Unicode("microphone_test").tag(sync=True)


class CameraTest(CourseWidget):
    """Passes when the camera has given a picture that moves and is not black."""

    _module_name = Unicode("camera_test").tag(sync=True)


class NetworkTest(CourseWidget):
    """Measures the way to the course's calls with invented sound and picture."""

    _module_name = Unicode("network_test").tag(sync=True)
