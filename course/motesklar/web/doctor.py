"""`motesklar doctor`: the verb; what it looks at is in `motesklar.doctor`."""

import asyncio
import json
from pathlib import Path
from typing import Any

import click

from motesklar import __version__
from motesklar.paths import DataFolder
from motesklar.web.commands import serve

#: The options of `serve` that say how the course will run.
_SHARED = {
    "port", "host", "data", "overlay", "public_url", "base_url", "behind_proxy", "tls_cert",
    "tls_key",
}  # fmt: skip


@click.command(params=[option for option in serve.params if option.name in _SHARED])
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def doctor(as_json: bool, data: Path, overlay: Path | None, base_url: str, **options: Any) -> None:
    """Look whether everything is in place to run the course; give the options of serve.

    Nothing is changed. The exit status is 1 if something does not work.
    """
    # imported here: aiortc and nbgrader take a second to load, and --help shouldn't
    from motesklar.doctor.examination import Patient, examine
    from motesklar.doctor.report import as_json as report
    from motesklar.doctor.report import as_lines, failed

    patient = Patient(
        data=DataFolder(data.resolve()),
        overlay=overlay.resolve() if overlay else None,
        base_url="/" + base_url.strip("/") + ("/" if base_url.strip("/") else ""),
        **options,
    )
    checks = asyncio.run(examine(patient))
    if as_json:
        click.echo(json.dumps(report(__version__, checks), ensure_ascii=False))
    else:
        click.echo("\n".join(as_lines(checks)))
    if failed(checks):
        raise click.exceptions.Exit(1)
