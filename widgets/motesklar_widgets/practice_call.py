"""The practice call as a widget; see `static/practice_call.js` and `motesklar.call`."""

from traitlets import Unicode

from motesklar_widgets.base import CourseWidget


class PracticeCall(CourseWidget):
    """Lets a learner call the automated partner, with sound, picture and text as equal ways."""

    _module_name = Unicode("practice_call").tag(sync=True)
