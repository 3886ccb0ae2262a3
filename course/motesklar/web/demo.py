"""What `motesklar serve` prints, and the invented organisation of `--demo`."""

from motesklar.store.models import Person, Role
from motesklar.web.services import Services

#: Invented people with the roles a newcomer wants to try; example domains can't be anybody's.
_DEMO_PEOPLE = (
    ("Lena Ledare", "lena@exempelstad.example", Role.LEADER),
    ("Rut Rektor", "rut@exempelstad.example", Role.REVIEWER),
    ("Adam Admin", "adam@exempelstad.example", Role.ADMINISTRATOR),
)


def greet(services: Services) -> str:
    """Where to go and how to sign in, for the one who started the server."""
    lines = ["", f"  Mötesklar runs on {services.public_url}", ""]
    if services.demo:
        lines += _demo_lines(services)
    elif not _has_administrator(services):
        link = services.accounts.administrator_link()
        lines += [
            "  There is no administrator yet. This link makes you one, once:",
            f"  {link}",
            "",
        ]
    lines.append("  Stop with Ctrl-C.")
    return "\n".join(lines)


def _demo_lines(services: Services) -> list[str]:
    lines = [
        "  This is a demo with an invented organisation. Only this machine can reach it.",
        "",
        "  learner        open the address and type any name",
    ]
    for name, email, role in _DEMO_PEOPLE:
        person = services.accounts.ensure_person(name, email, role)
        lines.append(f"  {role.value:<14} {services.accounts.make_personal_link(person)}")
    return [*lines, ""]


def _has_administrator(services: Services) -> bool:
    with services.database.transaction() as session:
        return session.query(Person).filter_by(role=Role.ADMINISTRATOR).first() is not None
