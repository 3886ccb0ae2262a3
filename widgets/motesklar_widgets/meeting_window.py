"""A drawn meeting window, and the places on it that may be asked for."""

from collections.abc import Mapping

from traitlets import List, Unicode

from motesklar_widgets.exercises import ExerciseWidget

#: What can be pointed at. Where each is drawn stands in `static/lib/meeting_window.js`.
PLACES = (
    "microphone",
    "camera",
    "share",
    "hand",
    "chat",
    "people",
    "more",
    "leave",
    "own-picture",
    "speaker-picture",
    "muted-mark",
    "waiting-person",
)


class ClickPlace(ExerciseWidget):
    """Point at the right place in a drawn meeting window.

    Everybody can answer as well by choosing the description of the place in a list.

    Args:
        places: keys of `PLACES` to a description of what is seen there, for whoever doesn't see
            it. The answer's value is one key.

    Raises:
        ValueError: there are fewer than two places, or one of them is not drawn.
    """

    _module_name = Unicode("click_place").tag(sync=True)
    #: `[key, description]` in the order of the list.
    places = List(List(Unicode())).tag(sync=True)

    def __init__(self, exercise: str, *, question: str, places: Mapping[str, str]) -> None:
        unknown = [key for key in places if key not in PLACES]
        if unknown or len(places) < 2:
            raise ValueError(f"{exercise}: use two or more of {', '.join(PLACES)}")
        super().__init__(
            exercise, question=question, places=[[key, words] for key, words in places.items()]
        )
