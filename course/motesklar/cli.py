"""The command line: `motesklar --help` lists the verbs, each room brings its own."""

import importlib
from typing import Any

import click

from motesklar import __version__
from motesklar.errors import MotesklarError

#: Verb to (module, attribute); imported when used, so that `--help` answers at once.
_VERBS = {
    "serve": ("motesklar.web.commands", "serve"),
    "doctor": ("motesklar.web.doctor", "doctor"),
    "backup": ("motesklar.operation.commands", "backup"),
    "restore": ("motesklar.operation.commands", "restore"),
    "course": ("motesklar.overlay.commands", "course"),
    "coturn": ("motesklar.call.commands", "coturn"),
    "people": ("motesklar.accounts.commands", "people"),
    "administrator-link": ("motesklar.accounts.commands", "administrator_link"),
    "nbgrader": ("motesklar.exercises.commands", "nbgrader"),
    "rehearse": ("motesklar.rehearsal.command", "rehearse"),
    "regrade": ("motesklar.exercises.regrade_command", "regrade"),
    "author": ("motesklar.author.commands", "author"),
    "new": ("motesklar.author.lint", "new"),
    "lint": ("motesklar.author.lint", "lint"),
    "publish": ("motesklar.author.commands", "publish"),
    "formgrader": ("motesklar.author.commands", "formgrader"),
}


class _Verbs(click.Group):
    """Looks a verb up when it is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The verbs, in the order a newcomer meets them."""
        return list(_VERBS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The verb, or None."""
        if cmd_name not in _VERBS:
            return None
        module, attribute = _VERBS[cmd_name]
        command: click.Command = getattr(importlib.import_module(module), attribute)
        return command

    def invoke(self, ctx: click.Context) -> Any:
        """Tell our own errors as two sentences, without a traceback."""
        try:
            return super().invoke(ctx)
        except MotesklarError as error:
            told = error.message % error.params if error.params else error.message
            next_step = "" if error.code == "config" else f"\n{error.next_step}"
            raise click.ClickException(told + next_step) from error


@click.group(cls=_Verbs)
@click.version_option(__version__, prog_name="motesklar")
def main() -> None:
    """Mötesklar: the course with which people learn to meet on the web."""
