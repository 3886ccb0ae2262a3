"""Numbers of bytes as people read them."""

import pytest

from motesklar.sizes import shown_size


@pytest.mark.parametrize(
    ("count", "language", "shown"),
    [
        (0, "sv", "0 kB"),
        (1500, "sv", "1,5 kB"),
        (3_200_000, "en", "3.2 MB"),
        (76_000_000, "en", "76 MB"),
        (14_216_000_000, "sv", "14 GB"),
        (9_000_000_000_000_000, "en", "9000 TB"),
    ],
)
def test_a_size_has_the_unit_that_fits_and_few_digits(
    count: int, language: str, shown: str
) -> None:
    assert shown_size(count, language) == shown
