"""Every error a person can meet, in one tree.

MotesklarError
├── BadRequest (400)
│   ├── BadAnswer          the answer does not fit the exercise
│   └── BadCsv             a file of people that can't be read
├── NotSignedIn (401)
│   └── DataErased         the person has been erased while a page was open
├── Forbidden (403)
├── NotFound (404)
│   └── UnknownCode        a join, link or device code that is wrong or has run out
├── Conflict (409)
├── TooLarge (413)
├── TooMany (429)
├── Unavailable (503)      full for the moment, or a part is restarting
└── ConfigError            a setting is wrong; shown by the command line, never by a page

Messages are gettext msgids; `params` fills them. They are translated where they are shown,
because the same error may meet a Swedish learner and an English log.
"""

from gettext import NullTranslations
from typing import Any, ClassVar

from motesklar.i18n import N_


class MotesklarError(Exception):
    """The root: carries data, not finished text.

    Args:
        message: msgid of one plain sentence that says what happened.
        next_step: msgid of one sentence that says what to do now.
        params: values for `%(name)s` in both sentences.
    """

    status: ClassVar[int] = 500
    code: ClassVar[str] = "error"
    message: str = N_("Something went wrong on our side.")
    next_step: str = N_("Wait a moment and try again. Nothing you have saved is lost.")

    def __init__(
        self, message: str | None = None, next_step: str | None = None, **params: Any
    ) -> None:
        self.message = message or type(self).message
        self.next_step = next_step or type(self).next_step
        self.params = params
        super().__init__(self.message % params if params else self.message)


class BadRequest(MotesklarError):
    """The request can't be understood."""

    status = 400
    code = "bad_request"
    message = N_("The page sent something we could not read.")
    next_step = N_("Reload the page and try again.")


class BadAnswer(BadRequest):
    """An answer whose type or size does not fit its exercise."""

    code = "bad_answer"
    message = N_("The answer does not fit the question.")
    next_step = N_("Choose an answer again and save.")


class BadCsv(BadRequest):
    """A CSV of people that can't be used; nothing of it has been saved."""

    code = "bad_csv"
    message = N_("The file could not be read.")
    next_step = N_("Correct the file and import it again. Nothing has been saved.")


class NotSignedIn(MotesklarError):
    """No session, or one that has ended."""

    status = 401
    code = "not_signed_in"
    message = N_("You are not signed in.")
    next_step = N_("Sign in and open the page again.")


class DataErased(NotSignedIn):
    """All about the person has been erased while they had a page open."""

    code = "data_erased"
    message = N_("What the course knew about you has been erased.")
    next_step = N_(
        "You can close the page. If you did not expect this, ask those who run the course."
    )


class Forbidden(MotesklarError):
    """Signed in, but this is somebody else's or another role's."""

    status = 403
    code = "forbidden"
    message = N_("This page is not for you.")
    next_step = N_("Go back to the start page, or ask for help if you need it.")


class NotFound(MotesklarError):
    """There is nothing at this address."""

    status = 404
    code = "not_found"
    message = N_("There is nothing here.")
    next_step = N_("Go to the start page and choose from there.")


class UnknownCode(NotFound):
    """A code or link that is wrong, used or too old: told alike, so that none can be guessed."""

    code = "unknown_code"
    message = N_("The code or link does not work. It may be mistyped, used or too old.")
    next_step = N_("Check the letters, or ask for a new one.")


class Conflict(MotesklarError):
    """The thing is in a state that does not allow this."""

    status = 409
    code = "conflict"
    message = N_("This can't be done right now.")
    next_step = N_("Reload the page to see how things stand.")


class TooLarge(MotesklarError):
    """More than we accept at once."""

    status = 413
    code = "too_large"
    message = N_("That was more than we can take at once.")
    next_step = N_("Make it shorter and try again.")


class TooMany(MotesklarError):
    """Too many tries by this session or person; never counted per address."""

    status = 429
    code = "too_many"
    message = N_("You have tried many times in a short while.")
    next_step = N_("Wait a minute, then try again.")


class Unavailable(MotesklarError):
    """Full for the moment."""

    status = 503
    code = "unavailable"
    message = N_("It is full right now.")
    next_step = N_("Wait a moment and try again. Nothing you have saved is lost.")


class ConfigError(MotesklarError):
    """A setting that can't be used.

    Args:
        file: the settings file, as the person wrote it.
        key: dotted name of the setting.
        problem: one sentence that names the accepted values.
    """

    code = "config"

    def __init__(self, file: str, key: str, problem: str) -> None:
        super().__init__(N_("%(file)s: %(key)s: %(problem)s"), file=file, key=key, problem=problem)


def explained(error: MotesklarError, translation: NullTranslations) -> dict[str, str]:
    """An error's code, message and next step, in the language of `translation`."""
    message = translation.gettext(error.message)
    return {
        "code": error.code,
        "message": message % error.params if error.params else message,
        "next_step": translation.gettext(error.next_step),
    }
