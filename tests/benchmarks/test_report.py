"""Every benchmark reports in one shape, and claims nothing that was not measured."""

import json

import pytest

from benchmarks.report import Row, TargetOf, document, report

SHAPE = {"what", "unit", "ours", "peer", "peer_name", "ratio", "target", "met"}


def test_a_report_is_one_json_object_with_the_machine_and_the_rows() -> None:
    told = json.loads(json.dumps(report("pages", [Row("opening", "s", 1.0, 50.0, "stock", 0.02)])))
    assert told["benchmark"] == "pages"
    assert set(told["machine"]) == {"cores", "memory_gib", "python"}
    (row,) = told["rows"]
    assert set(row) >= SHAPE
    assert (row["ratio"], row["met"]) == (0.02, True)


@pytest.mark.parametrize(("ours", "met"), [(0.9, True), (1.1, False)])
def test_a_ratio_is_judged_against_the_peer(ours: float, met: bool) -> None:
    assert Row("opening", "s", ours, 50.0, "stock", 0.02).met is met


@pytest.mark.parametrize(("ours", "met"), [(150, True), (151, False)])
@pytest.mark.parametrize("peer", [None, 1.0])
def test_an_absolute_target_is_judged_with_and_without_a_peer(
    ours: float, met: bool, peer: float | None
) -> None:
    row = Row("touch", "ms", ours, peer, "stock", 150, TargetOf.OURS)
    assert row.met is met


def test_a_small_ratio_keeps_its_digits() -> None:
    assert Row("opening", "s", 0.006, 19.4, "stock").ratio == pytest.approx(0.000309)


def test_nothing_is_said_against_a_missing_peer() -> None:
    row = Row("opening", "s", 1.0, None, "Solara (not installed)", 0.25)
    assert (row.ratio, row.met) == (None, None)


def test_a_peer_that_needed_nothing_has_no_ratio() -> None:
    assert Row("processes", "processes", 1, 0, "stock").ratio is None


@pytest.mark.parametrize("of", TargetOf)
def test_what_failed_on_our_side_misses_its_target(of: TargetOf) -> None:
    assert Row("opening", "s", None, 1.0, "stock", 0.25, of).met is False


def test_a_row_without_a_target_is_not_judged() -> None:
    assert Row("floor", "ms", 2.0).met is None


def test_the_document_shows_limits_of_ours_and_gaps() -> None:
    rows = [
        Row("touch | answer", "ms", 31, None, "", 150, TargetOf.OURS, note="One person."),
        Row("opening", "s", 1.0, 50.0, "stock", 0.02),
    ]
    text = document([report("pages", rows)])
    assert r"| touch \| answer. One person. | ms | 31 | – | – | – | ours 150 | yes |" in text
    assert "| opening | s | 1.0 | 50.0 | stock | 0.02 | 0.02 | yes |" in text


def test_figures_of_other_benchmarks_are_kept() -> None:
    row = Row("time", "s", 1.0, 2.0, "them")
    before = document([report("pages", [row]), report("call", [row])])
    after = document([report("call", [Row("time", "s", 7.0, 2.0, "them")])], before)
    assert after.count("## ") == 2
    assert after.index("## call") < after.index("## pages")
    assert "7.0" in after
    assert after.count("| 1.0 |") == 1
