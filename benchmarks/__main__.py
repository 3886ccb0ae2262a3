"""`python -m benchmarks NAME [--quick]`; `all` runs every one in full and writes the document."""

import importlib
import json
import sys
from pathlib import Path
from typing import Any

import click

NAMES = ("hand_in",)
DOCUMENT = Path(__file__).parent.parent / "docs" / "benchmarks.md"


def run(name: str, *, quick: bool) -> dict[str, Any]:
    """Run one benchmark; its module says what it does."""
    result: dict[str, Any] = importlib.import_module(f"benchmarks.{name}").main(quick=quick)
    return result


def write_document(results: list[dict[str, Any]]) -> None:
    """Put all figures, the peers' beside ours, into docs/benchmarks.md."""
    lines = [
        "# Benchmarks",
        "",
        "Written by `make bench`. Smaller is better; a ratio is ours / peer.",
        "",
    ]
    for result in results:
        told = result["machine"]
        lines += [
            f"## {result['benchmark']}",
            "",
            f"{told['cores']} cores, {told['memory_gib']} GiB, Python {told['python']}.",
            "",
            "| what | unit | ours | peer | peer's name | ratio | target | met |",
            "|---|---|---|---|---|---|---|---|",
        ]
        for row in result["rows"]:
            met = "yes" if row["met"] else "no"
            lines.append(
                f"| {row['what']} | {row['unit']} | {row['ours']} | {row['peer']} "
                f"| {row['peer_name']} | {row['ratio']} | {row['target']} | {met} |"
            )
        lines.append("")
    DOCUMENT.write_text("\n".join(lines), encoding="utf-8")


@click.command()
@click.argument("name", type=click.Choice([*NAMES, "all"]))
@click.option("--quick", is_flag=True, help="Smaller numbers, the same work.")
def main(name: str, quick: bool) -> None:
    """Print one JSON object a benchmark as the last line."""
    chosen = NAMES if name == "all" else (name,)
    results = [run(each, quick=quick) for each in chosen]
    if name == "all":
        write_document(results)
    for result in results:
        sys.stdout.write(json.dumps(result, ensure_ascii=False) + "\n")


main()
