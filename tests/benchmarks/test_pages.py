"""What the pages' benchmark makes of its measurements."""

from dataclasses import replace

import pytest

from benchmarks.browser import Visit
from benchmarks.clients import Touch
from benchmarks.crowd import Burst
from benchmarks.lesson import WIDGETS, notebook
from benchmarks.page_rows import VOILA, Crowd, Floor, Measured, Ours, Peers, all_rows
from benchmarks.report import Row
from benchmarks.usage import Usage

NOTHING = Usage(0, 0.0, 0, 0)
FLOOR = Floor(parent_mib=80, bare_ms=2, bare_mib=1, loop_ms=5, loop_mib=3)


def crowd(seconds: float, *, failed: int = 0, private: float = 4.0) -> Crowd:
    burst = Burst(seconds, failed, [seconds])
    return Crowd(burst, burst, NOTHING, NOTHING, [private])


def visits(usable: float) -> list[list[Visit]]:
    visit = Visit(usable, usable + 10, bytes=70_000, requests=12, foreign=0)
    return [[visit, replace(visit, bytes=6000)]]


OURS = Ours(
    alone=[0.01],
    touches=[Touch(5, 10, 20)],
    crowds={20: crowd(0.1), 80: crowd(0.5)},
    visits=visits(300),
    room=80,
    mail=Burst(60, 0, [0.02] * 10),
    mail_rate=1000,
    asked=[0, 1, 2],
    served=[0, 1, 2],
    churn={100: NOTHING, 500: NOTHING},
)
STOCK = Measured([1.0], [Touch(5, 5, 30)], {20: crowd(7.5, private=40)}, visits(2500))
PEERS: Peers = {VOILA: STOCK, "stock Voilà, preheated": Measured([0.01]), "Solara": None}


def rows_of(ours: Ours = OURS, peers: Peers = PEERS) -> list[Row]:
    return all_rows(ours, peers, FLOOR)


def missed(rows: list[Row]) -> list[str]:
    return [row.what for row in rows if row.met is False]


def test_a_run_in_which_all_went_well_meets_every_target() -> None:
    rows = rows_of()
    assert missed(rows) == []
    assert sum(row.met is True for row in rows) >= 15


def test_a_peer_that_is_not_installed_is_named_and_has_no_figures() -> None:
    rows = [row for row in rows_of() if "Solara" in row.peer_name]
    assert rows
    assert {row.peer_name for row in rows} == {"Solara (not installed)"}
    assert {row.peer for row in rows} == {None}


def test_targets_are_set_against_stock_alone() -> None:
    judged = {row.peer_name for row in rows_of() if row.target is not None and row.peer_name}
    assert judged == {VOILA}


@pytest.mark.parametrize(
    ("ours", "what"),
    [
        (replace(OURS, alone=[0.03]), "GET of the whole page"),
        (replace(OURS, crowds={20: crowd(0.3), 80: crowd(0.5)}), "20 GETs at once, until"),
        (replace(OURS, crowds={80: crowd(0.5, failed=1)}), "80 GETs at once, failures"),
        (replace(OURS, crowds={80: crowd(4.1)}), "80 first touches at once, until"),
        (replace(OURS, crowds={80: crowd(0.5, private=8.1)}), "private memory"),
        (replace(OURS, touches=[Touch(5, 10, 151)]), "first touch until"),
        (replace(OURS, mail=Burst(60, 1, [0.02])), "2 people open the page"),
        (replace(OURS, mail=Burst(60, 0, [0.51])), "1 people open the page"),
        (replace(OURS, served=[0, 2, 1]), "3 people touch"),
        (replace(OURS, served=[0, 1]), "3 people touch"),
        (replace(OURS, visits=visits(700)), "Chromium, first visit, until a widget"),
        (replace(OURS, visits=[]), "Chromium, first visit, weight"),
        (replace(OURS, churn={1: NOTHING, 5: Usage(1, 0.0, 0, 0)}), "pages opened, touched"),
        (replace(OURS, churn={1: NOTHING, 5: Usage(0, 8.1, 0, 0)}), "pages opened, touched"),
    ],
)
def test_what_went_wrong_misses_its_target(ours: Ours, what: str) -> None:
    assert any(row.startswith(what) for row in missed(rows_of(ours)))


def test_a_stock_server_that_nobody_got_through_to_is_not_compared_with() -> None:
    nobody = Crowd(Burst(None, 20), Burst(None, 0), NOTHING, NOTHING, [])
    broken = replace(STOCK, crowds={20: nobody})
    rows = {row.what: row for row in rows_of(peers={VOILA: broken}) if row.what[:2] == "20"}
    assert rows["20 GETs at once, until the last page is there"].met is None
    assert rows["20 GETs at once, failures"].peer == 20


def test_ours_and_the_peers_show_the_same_widgets() -> None:
    ours = [cell.source for cell in notebook().cells]
    solara = [cell.source for cell in notebook(all_in_one=True).cells]
    assert solara[: len(ours)] == ours
    assert sum(source.startswith("counter_") for source in ours) == WIDGETS
