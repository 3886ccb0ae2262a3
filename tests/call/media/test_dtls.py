"""Who a worker is to browsers, and how it agrees on keys."""

import datetime

import pytest
from aiortc.rtcdtlstransport import SRTP_PROFILES

from motesklar.call.media import dtls


class Today(datetime.datetime):
    """A clock that has gone on by some days."""

    days = 0

    @classmethod
    def now(cls, tz: datetime.tzinfo | None = None) -> "Today":
        return super().now(tz) + datetime.timedelta(days=cls.days)


def test_everybody_meets_the_same_certificate_and_it_is_made_once() -> None:
    identity = dtls.Identity()
    certificate = identity.certificate()
    assert identity.certificate() is certificate
    context = certificate._create_ssl_context(dtls.PROFILES)
    assert certificate._create_ssl_context(dtls.PROFILES) is context


@pytest.mark.parametrize(("days", "renewed"), [(28, False), (29, True), (31, True)])
def test_a_certificate_is_renewed_before_it_ends(
    monkeypatch: pytest.MonkeyPatch, days: int, renewed: bool
) -> None:
    identity = dtls.Identity()
    first = identity.certificate()
    monkeypatch.setattr(Today, "days", days)
    monkeypatch.setattr(dtls.datetime, "datetime", Today)
    assert (identity.certificate() is not first) == renewed


def test_the_cheapest_cipher_is_preferred_and_none_is_left_out() -> None:
    assert dtls.PROFILES[0].openssl_profile == b"SRTP_AEAD_AES_128_GCM"
    assert {*map(id, dtls.PROFILES)} == {*map(id, SRTP_PROFILES)}
