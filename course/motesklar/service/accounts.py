"""What may become of an account in the meeting service, and what the order list says. Pure."""

from datetime import datetime

from motesklar.errors import Conflict
from motesklar.i18n import N_
from motesklar.store.models import AccountState, MeetingAccount

#: What a person may tell about the own account, whatever it was before: nobody else knows better.
TOLD_BY_PERSON = (
    AccountState.NONE,
    AccountState.WANTED,
    AccountState.OPENED,
    AccountState.MET,
)
#: What whoever opens accounts may make of those on the list.
FROM = {
    AccountState.ORDERED: (AccountState.WANTED,),
    AccountState.OPENED: (AccountState.WANTED, AccountState.ORDERED),
}
#: Who stands on the order list, in this order.
LISTED = (AccountState.WANTED, AccountState.ORDERED)
#: What counts towards the organisation's goal.
HELD = (AccountState.OPENED, AccountState.MET)

_DATES = {
    AccountState.WANTED: "wanted_at",
    AccountState.ORDERED: "ordered_at",
    AccountState.OPENED: "opened_at",
    AccountState.MET: "met_at",
}
_ORDER = tuple(AccountState)


def tell(account: MeetingAccount, state: AccountState, at: datetime) -> bool:
    """The person says how it is; False where nothing changes.

    Raises:
        Conflict: only whoever opens accounts says that one is ordered.
    """
    if state not in TOLD_BY_PERSON:
        raise Conflict(
            N_("Only the one who orders accounts can say that."),
            N_("Ask whoever is responsible for the accounts."),
        )
    return _move(account, state, at, confirmed=account.confirmed and state in HELD)


def confirm(account: MeetingAccount, state: AccountState, at: datetime) -> bool:
    """Whoever opens accounts says how it is; False where it isn't on the list for that."""
    if account.state not in FROM.get(state, ()):
        return False
    return _move(account, state, at, confirmed=state is AccountState.OPENED)


def found(account: MeetingAccount, at: datetime) -> bool:
    """The service's own list has it: open, whatever was said, and a first meeting stays held."""
    if account.state in HELD:
        changed = not account.confirmed
        account.confirmed = True
        return changed
    return _move(account, AccountState.OPENED, at, confirmed=True)


def _move(account: MeetingAccount, state: AccountState, at: datetime, *, confirmed: bool) -> bool:
    if account.state is state:
        return False
    account.state = state
    account.confirmed = confirmed
    reached = _ORDER.index(state)
    for one, column in _DATES.items():
        if _ORDER.index(one) > reached:
            setattr(account, column, None)  # it was told by mistake
    if state in _DATES and getattr(account, _DATES[state]) is None:
        setattr(account, _DATES[state], at)
    return True
