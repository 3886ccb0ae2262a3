"""A port on this machine's loopback."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from motesklar.call.media.addresses import LOOPBACK
from motesklar.call.media.port import MediaPort


@pytest.fixture(autouse=True)
def only_loopback(monkeypatch: pytest.MonkeyPatch) -> None:
    """Clients too use this machine's loopback, so that no network is needed."""
    monkeypatch.setattr("aioice.ice.get_host_addresses", lambda **_: [LOOPBACK])


@pytest_asyncio.fixture
async def port() -> AsyncIterator[MediaPort]:
    made = await MediaPort.open([LOOPBACK])
    yield made
    await made.close()
