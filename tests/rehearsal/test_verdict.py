"""What a rehearsal says of a machine."""

from motesklar.rehearsal.verdict import BEARABLE, Act, Rehearsed, nearly_all, sentences


def rehearsed(open_seconds: float = 0.1, failed: tuple[str, ...] = ()) -> Rehearsed:
    took = {Act.OPEN: [0.05] * 18 + [open_seconds] * 2, Act.HAND_IN: [0.4] * 20}
    return Rehearsed(20, took, failed, 30.0, 0.5)


def test_a_machine_that_is_quick_enough_holds_so_many() -> None:
    told = sentences(rehearsed())
    assert "This machine holds 20 people who work at the same time." in told
    assert "open a page: 95 of 100 within 0.10 s (should be 1 s)" in told
    assert "50 %" in told[-1]


def test_a_slow_one_is_told_what_is_slow() -> None:
    slow = rehearsed(BEARABLE[Act.OPEN] + 0.1)
    assert not slow.holds
    assert any("but slowly: open a page" in sentence for sentence in sentences(slow))


def test_one_who_did_not_come_through_is_enough_to_say_no() -> None:
    bad = rehearsed(failed=("Refused: GET /m/x: 503", "Refused: GET /m/x: 503"))
    told = sentences(bad)
    assert told.count("Refused: GET /m/x: 503") == 1
    assert any("2 of them did not come through" in sentence for sentence in told)


def test_nearly_all_leaves_out_the_slowest_twentieth() -> None:
    assert nearly_all([]) == 0
    assert nearly_all([1.0] * 95 + [9.0] * 5) == 1.0
    assert nearly_all([1.0] * 94 + [9.0] * 6) == 9.0
