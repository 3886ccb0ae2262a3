"""The list of what has been erased, outside the database, so that a restored backup obeys it.

One line of JSON for each erasure, only ever added: a person by their opaque id, also one who became
another person in a merge, or a kind of record by the time before which it went. It names nobody and
holds nothing of what was erased.
"""

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from motesklar.store.models import iso, utcnow

#: Everything about one person.
PERSON = "person"
#: A person who was the same as another one, who has everything of theirs.
MERGED = "merged"
#: Its name in the data folder.
LEDGER_FILE = "erasures.jsonl"


@dataclass(frozen=True)
class Erasure:
    """A line of the list.

    Args:
        kind: `person`, `merged`, or a `kinds.Kind`.
        person_id: whom, where it is about a person.
        into: who has everything of theirs, where they were merged.
        before: records older than this, where age was the reason.
    """

    at: datetime
    kind: str
    person_id: str = ""
    before: datetime | None = None
    into: str = ""


class ErasureLedger:
    """The file; made, readable by its owner alone, with its first line.

    Args:
        path: where it lies.
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    def add_person(self, person_id: str) -> None:
        """Note that everything about the person is erased."""
        self.add(Erasure(utcnow(), PERSON, person_id))

    def add_merged(self, gone: str, kept: str) -> None:
        """Note that `gone` is the same person as `kept`, who has everything of theirs now."""
        self.add(Erasure(utcnow(), MERGED, gone, into=kept))

    def add(self, erasure: Erasure) -> None:
        """Add a line; on the disk when this returns.

        Written before the erasure itself: if that breaks off it is done again, by whoever approved
        it or by the next restore, but an erasure is never forgotten.
        """
        line = {"at": iso(erasure.at), "kind": erasure.kind}
        if erasure.person_id:
            line["person"] = erasure.person_id
        if erasure.into:
            line["into"] = erasure.into
        if erasure.before:
            line["before"] = iso(erasure.before)
        # one write of less than a page to a file opened for appending: lines never mix
        descriptor = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        try:
            os.write(descriptor, (json.dumps(line) + "\n").encode())
            os.fsync(descriptor)
        finally:
            os.close(descriptor)

    def __iter__(self) -> Iterator[Erasure]:
        """The lines in their order; one that a power cut has torn is left out."""
        if not self.path.exists():
            return
        for line in self.path.read_bytes().split(b"\n"):
            erasure = read_line(line)
            if erasure is not None:
                yield erasure


def read_line(line: bytes) -> Erasure | None:
    """A line as it was written, or None where it is torn, empty or foreign."""
    try:
        found = json.loads(line)
        return Erasure(
            _time(found["at"]),
            str(found["kind"]),
            str(found.get("person", "")),
            _time(found["before"]) if "before" in found else None,
            str(found.get("into", "")),
        )
    except (ValueError, KeyError, TypeError, AttributeError):
        return None


def _time(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=None)
