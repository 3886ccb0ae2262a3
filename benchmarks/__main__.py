"""`python -m benchmarks NAME [--quick]`; `all` runs every one in full and writes the document."""

import importlib
import json
import sys
from pathlib import Path
from typing import Any

import click

from benchmarks.report import document

NAMES = ("call", "hand_in", "pages")
DOCUMENT = Path(__file__).parent.parent / "docs" / "benchmarks.md"


def run(name: str, *, quick: bool) -> dict[str, Any]:
    """Run one benchmark; its module says what it does."""
    result: dict[str, Any] = importlib.import_module(f"benchmarks.{name}").main(quick=quick)
    return result


@click.command()
@click.argument("name", type=click.Choice([*NAMES, "all"]))
@click.option("--quick", is_flag=True, help="Smaller numbers, the same work.")
def main(name: str, quick: bool) -> None:
    """Print one JSON object a benchmark as the last line."""
    chosen = NAMES if name == "all" else (name,)
    results = [run(each, quick=quick) for each in chosen]
    if name == "all":
        DOCUMENT.write_text(document(results), encoding="utf-8")
    for result in results:
        sys.stdout.write(json.dumps(result, ensure_ascii=False) + "\n")


main()
