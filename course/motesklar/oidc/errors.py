"""What can go wrong between us and the organisation's sign-in, told to the one who signs in."""

from motesklar.errors import BadRequest, Forbidden, Unavailable
from motesklar.i18n import N_


class ProviderDown(Unavailable):
    """The organisation's sign-in can't be reached, or does not answer as it should."""

    code = "oidc_down"
    message = N_("%(name)s does not answer right now.")
    next_step = N_("Wait a moment and try again, or sign in with your link below.")


class SignInDenied(Forbidden):
    """The provider said no, or the person pressed Cancel there."""

    code = "oidc_denied"
    message = N_("You were not signed in with %(name)s.")
    next_step = N_("Try again and choose your account at work. If it fails again, ask for help.")


class SignInExpired(BadRequest):
    """The answer belongs to no sign-in that is under way in this browser."""

    code = "oidc_expired"
    message = N_("This sign-in has been used already, or it took too long.")
    next_step = N_("Press the button below to begin again.")


class NotTrusted(BadRequest):
    """The provider's answer is not signed, addressed or dated as it must be."""

    code = "oidc_not_trusted"
    message = N_("The answer from %(name)s could not be trusted, so you were not signed in.")
    next_step = N_("Press the button below to begin again. If it fails again, ask for help.")


class NotInCourse(Forbidden):
    """The account is right, but nobody in the course has it and nobody is added at sign-in."""

    code = "oidc_unknown"
    message = N_("You are not in the course yet.")
    next_step = N_("Ask the one who runs the course to add you, and try again.")
