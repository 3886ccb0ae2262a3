"""Widgets that test the person's own microphone, camera and loudspeaker in the browser."""

from traitlets import Unicode

from motesklar_widgets.base import CourseWidget


class MicrophoneTest(CourseWidget):
    """Passes when it has heard 1.5 seconds of sound; silence never passes."""

    _module_name = Unicode("microphone_test").tag(sync=True)


class CameraTest(CourseWidget):
    """Passes when the camera has given a second of picture that is not black."""

    _module_name = Unicode("camera_test").tag(sync=True)


class SpeakerTest(CourseWidget):
    """Plays three tones and passes when the person says that they were heard."""

    _module_name = Unicode("speaker_test").tag(sync=True)
