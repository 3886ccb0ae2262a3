"""A room in a process that is only pretended."""

from collections.abc import AsyncIterator

import pytest_asyncio

from motesklar.call.worker.voices import Voices
from motesklar.i18n import Languages
from tests.call.worker.fakes import FakeHost, House


@pytest_asyncio.fixture
async def host(languages: Languages, voices: Voices) -> AsyncIterator[FakeHost]:
    host = FakeHost(languages, voices)
    yield host
    await host.settle()


@pytest_asyncio.fixture
async def house(host: FakeHost) -> AsyncIterator[House]:
    house = House(host)
    yield house
    if house.room is not None:
        house.room.close()
