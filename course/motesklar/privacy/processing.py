"""The records of processing that a controller has to keep (article 30). Pure.

What the course does with personal data is known here; who answers for it and how long it is kept
comes from the settings. The organisation's lawyer adds what only they know.
"""

from dataclasses import dataclass

from motesklar.config import Settings
from motesklar.i18n import N_, Translation
from motesklar.privacy.kinds import ABOUT, Kind, days_of

_INTEREST = N_("Task in the public interest (article 6.1 e)")
_DUTY = N_("Legal obligation (article 6.1 c)")
_NOBODY = N_("Nobody outside the organisation")
_EMPLOYEES = N_("Employees and elected representatives who take the course")


@dataclass(frozen=True)
class Processing:
    """One purpose for which personal data is used.

    Args:
        kept: kinds whose setting says how long, and msgids of what is not a setting of its own.
    """

    id: str
    purpose: str
    basis: str
    people: str
    data: str
    recipients: str
    kept: tuple[Kind | str, ...]


PROCESSINGS = (
    Processing(
        "sign-in",
        N_("Sign people in and know which pages are theirs"),
        _INTEREST,
        _EMPLOYEES,
        N_(
            "Name, e-mail address, department, role, language, sign-in links and sessions as hashes"
        ),
        N_("Nobody outside it; the organisation’s own mail server and sign-in"),
        (Kind.LEAVERS, Kind.UNUSED, Kind.GUESTS, N_("%(session_days)s days for a session")),
    ),
    Processing(
        "course",
        N_("Let people take the course, check their answers and go on where they were"),
        _INTEREST,
        _EMPLOYEES,
        N_("Steps begun and done, answers, hand-ins, points, reviewers’ comments, certificate"),
        _NOBODY,
        (Kind.STEPS, Kind.ANSWERS, Kind.HAND_INS, Kind.LEAVERS),
    ),
    Processing(
        "equipment",
        N_("Test sound, picture and network, and help with what does not work"),
        _INTEREST,
        _EMPLOYEES,
        N_("Results and figures of tests, kind of web browser and system; no sound, no picture"),
        N_("Whoever the person gives the code of a report"),
        (Kind.TESTS, N_("%(report_days)s days for a report")),
    ),
    Processing(
        "calls",
        N_("Practise in calls, alone and with others"),
        _INTEREST,
        _EMPLOYEES,
        N_("Seconds of sound and picture that arrived, characters of text; nothing is recorded"),
        N_("The other people in the call, while it lasts"),
        (Kind.EVIDENCE,),
    ),
    Processing(
        "workshops",
        N_("Hold workshops: who is expected, who is there, who needs help"),
        _INTEREST,
        N_("Employees, elected representatives and guests in workshops"),
        N_("Name, department, table, raised hand, questions, time in calls, views without names"),
        N_("The workshop’s leader and helpers"),
        (N_("%(workshop_days)s days after the workshop"),),
    ),
    Processing(
        "review",
        N_("Show what has been completed, and decide where a person has to look"),
        _INTEREST,
        _EMPLOYEES,
        N_("Completed or not, when and which version; reviewers’ decisions with their reasons"),
        N_("Reviewers of the person’s own department, and those an administrator has added"),
        (Kind.LEAVERS,),
    ),
    Processing(
        "adoption",
        N_("See how much is met on the web: accounts and travel, in sums of five people or more"),
        _INTEREST,
        _EMPLOYEES,
        N_("State of the account in the meeting service, trips that people have told of"),
        N_("Whoever opens accounts, as a list of those who want one"),
        (Kind.LEAVERS,),
    ),
    Processing(
        "letters",
        N_("Invite and remind people"),
        _INTEREST,
        _EMPLOYEES,
        N_("Name, e-mail address, kind of letter and when it was sent"),
        N_("The organisation’s own mail server"),
        (Kind.LETTERS,),
    ),
    Processing(
        "rights",
        N_("Answer requests about personal data and show that they were answered"),
        _DUTY,
        _EMPLOYEES,
        N_("The request and its answer; receipts of erasures, without names"),
        _NOBODY,
        (Kind.REQUESTS, N_("Receipts for good")),
    ),
    Processing(
        "log",
        N_("Find misuse: who has looked at or changed whose data"),
        _DUTY,
        N_("Reviewers, leaders and administrators, and whoever they have looked at"),
        N_("Who, when, what and about whom, as numbers without names"),
        _NOBODY,
        (Kind.LOG,),
    ),
    Processing(
        "faults",
        N_("Take reports of pages that are not accessible"),
        _DUTY,
        N_("Anybody who reports a fault"),
        N_("The page, what happened and, if the person wants an answer, how to reach them"),
        _NOBODY,
        (Kind.FAULTS,),
    ),
)

#: Article 30.1 g: a general description of the security.
MEASURES = (
    N_("The course runs on the organisation’s own machine; nothing is sent to anybody else."),
    N_("There are no personal identity numbers, no judgements of people and no recordings."),
    N_("Each reviewer sees the people of their own department only."),
    N_("Whoever looks at or changes somebody’s data is noted in a log."),
    N_("Sign-in links, codes and sessions are saved as hashes, and each works for a limited time."),
    N_("Everything travels encrypted (TLS), and pages run no foreign scripts."),
    N_("What has expired is erased after approval, with a receipt, and again after a restore."),
    N_("Learners’ code is never run on the server: answers are data."),
)

HEADINGS = (
    N_("Purpose of the processing"),
    N_("Legal basis"),
    N_("Categories of people"),
    N_("Categories of data"),
    N_("Recipients"),
    N_("How long"),
    N_("Outside the EU"),
)


@dataclass(frozen=True)
class Record:
    """Everything that article 30 asks for, in the reader's language.

    Args:
        controllers: (department, its controller); an empty department stands for all others.
        officer: how the data protection officer is reached, line by line.
        rows: a processing each, under `HEADINGS`.
    """

    controllers: list[tuple[str, str]]
    officer: list[str]
    headings: list[str]
    rows: list[list[str]]
    measures: list[str]


def controllers(settings: Settings, translation: Translation) -> list[tuple[str, str]]:
    """Who answers for each department's people; where nobody is named, the department's committee.

    In Swedish law each committee of a municipality is a controller, never the department under it.
    """
    privacy, organisation = settings.privacy, settings.organisation
    committee = translation.gettext(N_("The committee for %(department)s at %(organisation)s"))
    named = [
        (
            department,
            privacy.controllers.get(department)
            or privacy.controller
            or committee % {"department": department, "organisation": organisation.name},
        )
        for department in organisation.departments
    ]
    return [*named, ("", privacy.controller or organisation.name)]


def officer(settings: Settings) -> list[str]:
    """The data protection officer: name, address, telephone, as far as they are known."""
    privacy = settings.privacy
    lines = (privacy.dpo_name, privacy.dpo_email or settings.help.email, privacy.dpo_phone)
    return [line for line in lines if line]


def record(settings: Settings, translation: Translation) -> Record:
    """The whole record."""
    gettext = translation.gettext
    rows = []
    for one in PROCESSINGS:
        how_long = [_how_long(item, settings, translation) for item in one.kept]
        texts = [one.purpose, one.basis, one.people, one.data, one.recipients]
        rows.append([*map(gettext, texts), "; ".join(how_long), gettext(N_("No"))])
    return Record(
        controllers(settings, translation),
        officer(settings),
        [gettext(heading) for heading in HEADINGS],
        rows,
        [gettext(measure) for measure in MEASURES],
    )


def _how_long(item: Kind | str, settings: Settings, translation: Translation) -> str:
    if not isinstance(item, Kind):
        return translation.gettext(item) % {
            "session_days": settings.signin.session_days,
            "report_days": settings.equipment.report_days,
            "workshop_days": settings.workshops.keep_days,
        }
    days = days_of(item, settings.retention)
    told = (
        translation.ngettext("%(count)s day", "%(count)s days", days) % {"count": days}
        if days
        else translation.gettext(N_("As long as the person is in the course"))
    )
    return f"{translation.gettext(ABOUT[item].title)}: {told}"
