"""`python -m benchmarks NAME [--quick]`; `all` runs every one; `--write` keeps the figures."""

import importlib
import json
import sys
from pathlib import Path
from typing import Any

import click

from benchmarks.report import document

NAMES = ("call", "grading", "hall", "pages", "review", "workshop")
DOCUMENT = Path(__file__).parent.parent / "docs" / "benchmarks.md"


def run(name: str, *, quick: bool) -> dict[str, Any]:
    """Run one benchmark; its module says what it does."""
    result: dict[str, Any] = importlib.import_module(f"benchmarks.{name}").main(quick=quick)
    return result


@click.command()
@click.argument("name", type=click.Choice([*NAMES, "all"]))
@click.option("--quick", is_flag=True, help="Smaller numbers, the same work.")
@click.option("--write", is_flag=True, help="Put the figures into docs/benchmarks.md.")
def main(name: str, quick: bool, write: bool) -> None:
    """Print one JSON object a benchmark as the last line."""
    chosen = NAMES if name == "all" else (name,)
    results = [run(each, quick=quick) for each in chosen]
    if write:
        text = document(results, DOCUMENT.read_text(encoding="utf-8"))
        DOCUMENT.write_text(text, encoding="utf-8")
    for result in results:
        sys.stdout.write(json.dumps(result, ensure_ascii=False) + "\n")


main()
