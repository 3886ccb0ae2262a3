"""Widgets about the organisation's real meeting service; what they show is its profile's."""

from traitlets import Bool, Dict, List, Unicode

from motesklar_widgets.base import CourseWidget
from motesklar_widgets.course_facts import course_facts


class ServiceButtons(CourseWidget):
    """A table: what was practised, what it is called in the service, and where it is found."""

    _module_name = Unicode("service_buttons").tag(sync=True)
    service = Unicode().tag(sync=True)
    #: `[key, name, place]`, both in the reader's language.
    buttons = List(List(Unicode())).tag(sync=True)

    def __init__(self) -> None:
        service = course_facts()["service"]
        super().__init__(service=service["name"], buttons=service["buttons"])


class MeetingAccount(CourseWidget):
    """The person's own account in the service: how to get one, and how far it has come."""

    _module_name = Unicode("meeting_account").tag(sync=True)
    service = Unicode().tag(sync=True)
    #: What to do, step by step, in the reader's language.
    opening = List(Unicode()).tag(sync=True)
    guests = Bool().tag(sync=True)

    def __init__(self) -> None:
        service = course_facts()["service"]
        super().__init__(
            service=service["name"], opening=service["opening"], guests=service["guests"]
        )


class OpenMeeting(CourseWidget):
    """The way into a meeting that is always open in the service, where there is one."""

    _module_name = Unicode("open_meeting").tag(sync=True)
    #: `name`, `address` (where people sign in), `open_meeting` (empty: there is none), `dial_in`.
    service = Dict().tag(sync=True)

    def __init__(self) -> None:
        service = course_facts()["service"]
        told = {name: service[name] for name in ("name", "address", "open_meeting", "dial_in")}
        super().__init__(service=told)


class Promise(CourseWidget):
    """What somebody promises themselves; nobody else sees it, and it stands there again later."""

    _module_name = Unicode("promise").tag(sync=True)
