"""Decides who may call, keeps the rooms, and saves what reached the server."""

import asyncio
import hashlib
import logging
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from motesklar.call.archive import Key, load_totals, save_totals
from motesklar.call.clips import Clip, load_clips
from motesklar.call.evidence import Evidence, Totals
from motesklar.call.messages import Joined
from motesklar.call.partner import Line, Progress
from motesklar.call.room import Ending, Listener, PeerLike, Room
from motesklar.call.rtc import Peer, PeerEvents, local_addresses
from motesklar.config import CallSection
from motesklar.errors import Unavailable
from motesklar.i18n import N_, Languages
from motesklar.store.database import Database
from motesklar.store.facts import FactLog, FactRecord
from motesklar.store.models import new_id

log = logging.getLogger("motesklar.call")

#: Evidence is saved and shown this often while it changes.
SAVE_SECONDS = 1.0
#: A page that comes back within this time goes on where it was.
REMEMBER_SECONDS = 120.0

MakePeer = Callable[[PeerEvents], PeerLike]


@dataclass
class _Call:
    """One person's call in one module, over all its connections."""

    evidence: Evidence
    saved: Totals
    client_id: str
    room: Room | None = None
    progress: Progress = field(default_factory=Progress)
    ended_at: float = 0.0


class Calls:
    """All practice calls of this process.

    Args:
        settings: how many and how long.
        addresses: local addresses for sound and picture; when empty, all of this machine's.
        loopback: 127.0.0.1 too, for a browser on this machine.
        make_peer: makes a connection; only tests give another.
    """

    def __init__(
        self,
        *,
        settings: CallSection,
        database: Database,
        facts: FactLog,
        languages: Languages,
        addresses: Sequence[str] = (),
        loopback: bool = False,
        make_peer: MakePeer | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.settings = settings
        self.database = database
        self.facts = facts
        self.languages = languages
        self._addresses = addresses
        self._loopback = loopback
        self._make_peer = make_peer or self._make_rtc_peer
        self._clock = clock
        self._clips: dict[str, Mapping[Line, Clip]] = load_clips()
        self._calls: dict[Key, _Call] = {}
        self._ending: set[asyncio.Task[None]] = set()
        self._saver: asyncio.Task[None] | None = None
        self._saving = asyncio.Lock()
        self._closed = False

    @property
    def people(self) -> int:
        """How many are in a call now."""
        return sum(call.room is not None for call in self._calls.values())

    def room_of(self, person_id: str, module: str) -> Room | None:
        """The room that the person is in now."""
        call = self._calls.get((person_id, module))
        return call.room if call is not None else None

    async def join(
        self, person_id: str, module: str, *, language: str, client_id: str, listener: Listener
    ) -> Room:
        """Open a room for the person; the same person's earlier one in this module ends.

        Cancelling it leaves a room that ends with its listener's connection or with its time.

        Raises:
            Unavailable: all places are taken, or the server is stopping.
        """
        key = (person_id, module)
        stored = await asyncio.to_thread(load_totals, self.database, key)
        self._forget_old()
        ghost = self._admit(key)
        # from here to the new room being in its place nothing is awaited: nobody comes in between
        call = self._calls.setdefault(key, _Call(Evidence(stored), stored, client_id))
        if call.client_id != client_id:
            call.client_id, call.progress = client_id, Progress()
        call.room = room = self._make_room(key, call, language, listener)
        if ghost is not None:
            await ghost.close(Ending.REPLACED)
        listener.tell(Joined(room=room.id, partner=self.settings.partner_name))
        try:
            await room.start()
        except BaseException:
            room.end(Ending.LOST)  # nobody else would, for nobody has it yet
            raise
        self._record_once(key, "call_joined")
        self._start_saver()
        return room

    def hang_up(self, room: Room) -> None:
        """End `room` because its person or page has gone; `close` waits for what is left."""
        room.end(Ending.LEFT)

    async def save(self) -> None:
        """Save all evidence that has changed, then show it. Never runs twice at once."""
        async with self._saving:
            changed = {
                key: (call, call.evidence.totals)
                for key, call in self._calls.items()
                if call.evidence.totals != call.saved
            }
            if not changed:
                return
            totals = {key: new for key, (_, new) in changed.items()}
            await asyncio.to_thread(save_totals, self.database, totals)
            for key, (call, new) in changed.items():
                enough_now = new.enough and not call.saved.enough
                call.saved = new
                if call.room is not None:
                    call.room.tell_evidence(new)
                if enough_now:
                    self._record_once(key, "call_evidence")

    async def close(self) -> None:
        """End every call and save what they brought; safe to call twice."""
        self._closed = True
        rooms = [call.room for call in self._calls.values() if call.room is not None]
        await asyncio.gather(*(room.close(Ending.CLOSING) for room in rooms))
        if self._saver is not None:
            self._saver.cancel()
            await asyncio.wait([self._saver])
        await asyncio.gather(*self._ending)
        await self.save()

    def _admit(self, key: Key) -> Room | None:
        """The room that the new one replaces, if there is one.

        Raises:
            Unavailable: there is no place.
        """
        if self._closed:
            raise Unavailable
        call = self._calls.get(key)
        if call is not None and call.room is not None:
            return call.room
        if self.people >= self.settings.people_max:
            raise Unavailable(
                N_("Everybody is practising right now, and all places in the call are taken."),
                N_("Wait a few minutes and press the button again."),
            )
        return None

    def _make_room(self, key: Key, call: _Call, language: str, listener: Listener) -> Room:
        spoken = language if language in self._clips else self.languages.default
        translation = self.languages[language]
        return Room(
            new_id("r"),
            voice=self._clips[spoken],
            captions={line: translation.gettext(line.value) for line in Line},
            evidence=call.evidence,
            listener=listener,
            make_peer=self._make_peer,
            progress=call.progress,
            seconds_max=self.settings.minutes_max * 60,
            on_end=lambda room, ending: self._room_ended(key, room, ending),
            clock=self._clock,
        )

    def _make_rtc_peer(self, events: PeerEvents) -> Peer:
        return Peer(local_addresses(self._addresses, loopback=self._loopback), events)

    def _room_ended(self, key: Key, room: Room, ending: Ending) -> None:
        call = self._calls[key]
        if call.room is room:
            call.room = None
            call.ended_at = self._clock()
        task = asyncio.create_task(self._finish(room, ending))
        self._ending.add(task)
        task.add_done_callback(self._ending.discard)

    async def _finish(self, room: Room, ending: Ending) -> None:
        try:
            await room.close(ending)
            await self.save()
        except Exception:
            log.exception("room %s did not end well", room.id)

    def _forget_old(self) -> None:
        """Let go of calls that nobody came back to and whose evidence is saved."""
        now = self._clock()
        for key, call in list(self._calls.items()):
            gone = call.room is None and now - call.ended_at > REMEMBER_SECONDS
            if gone and call.saved == call.evidence.totals:
                del self._calls[key]

    def _start_saver(self) -> None:
        if self._saver is None and not self._closed:
            self._saver = asyncio.create_task(self._save_regularly())

    async def _save_regularly(self) -> None:
        while True:
            await asyncio.sleep(SAVE_SECONDS)
            try:
                await self.save()
            except Exception:
                # a database that is away for a moment: the next round saves everything
                log.exception("evidence could not be saved")

    def _record_once(self, key: Key, kind: str) -> None:
        person_id, module = key
        once = hashlib.sha256(f"{kind} {person_id} {module}".encode()).hexdigest()
        self.facts.record(FactRecord(person_id, module, "", kind, id=f"c-{once[:36]}"))
