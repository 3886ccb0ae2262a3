"""What the choices of the review table are called. Pure."""

from motesklar.i18n import N_
from motesklar.review.filters import Due, Whole

WHOLE_NAMES = {
    Whole.DONE: N_("Done with the whole course"),
    Whole.NOT_DONE: N_("Something is left"),
    Whole.WAITING: N_("An answer waits to be read"),
    Whole.AGAIN: N_("Handed in again after it was returned"),
    Whole.FAILED: N_("A hand-in could not be checked"),
    Whole.DECIDED: N_("Something is set by a reviewer"),
}
DUE_NAMES = {
    Due.LATE: N_("Late by a plan"),
    Due.THIS_WEEK: N_("Something is left, to be done within seven days"),
    Due.LATER: N_("Something is left, to be done later"),
    Due.ANY: N_("Something of a plan is left"),
}
