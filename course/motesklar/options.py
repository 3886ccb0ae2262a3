"""Options that several of `motesklar`'s commands have."""

from pathlib import Path

import click

#: `data: Path`
data_option = click.option(
    "--data",
    default="data",
    envvar="DATA",
    show_default=True,
    type=click.Path(file_okay=False, path_type=Path),
    help="The folder that `motesklar serve` writes to.",
)
#: `overlay: Path | None`
course_option = click.option(
    "--course",
    "overlay",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Your organisation's own course folder.",
)
