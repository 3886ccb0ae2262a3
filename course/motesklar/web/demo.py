"""What `motesklar serve` prints, and the invented organisation of `--demo`."""

from pathlib import Path

from sqlalchemy import select

from motesklar.store.models import Person, Role
from motesklar.web.services import Services

#: Invented people; an example domain can't be anybody's.
_DEMO_PEOPLE = Path(__file__).parent / "demo_people.csv"


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
    services.accounts.import_people(_DEMO_PEOPLE.read_bytes())
    for role in (Role.LEADER, Role.REVIEWER, Role.ADMINISTRATOR):
        link = services.accounts.make_personal_link(_demo_person(services, role))
        lines.append(f"  {role.value:<14} {link}")
    return [*lines, ""]


def _demo_person(services: Services, role: Role) -> Person:
    invented = Person.email.like("%.example")
    with services.database.transaction() as session:
        found = session.scalars(select(Person).where(Person.role == role, invented)).first()
        assert found is not None, "the file of invented people has one of each role"
        return found


def _has_administrator(services: Services) -> bool:
    with services.database.transaction() as session:
        return session.query(Person).filter_by(role=Role.ADMINISTRATOR).first() is not None
