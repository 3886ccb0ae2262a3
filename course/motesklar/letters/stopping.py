"""The address in a reminder that stops reminders, for whoever holds it, without signing in.

It is signed with the installation's key and doesn't run out: an old letter must still work.
"""

import hashlib
import hmac
from pathlib import Path

_PURPOSE = b"stop reminders"
_LENGTH = 32


class StopLinks:
    """Makes and reads those addresses.

    Args:
        secret_file: the installation's key, made when the server starts; read when needed.
        public_url: where people reach the course, no trailing slash.
    """

    def __init__(self, secret_file: Path, public_url: str) -> None:
        self.secret_file = secret_file
        self.public_url = public_url

    def address(self, person_id: str) -> str:
        """The person's own."""
        return f"{self.public_url}/reminders/{person_id}/{self._signature(person_id)}"

    def is_signed(self, person_id: str, signature: str) -> bool:
        """Whether we made it."""
        return hmac.compare_digest(self._signature(person_id), signature)

    def _signature(self, person_id: str) -> str:
        # a key of its own, so that nothing signed for another purpose fits here
        key = hmac.digest(self.secret_file.read_bytes(), _PURPOSE, hashlib.sha256)
        return hmac.new(key, person_id.encode(), hashlib.sha256).hexdigest()[:_LENGTH]
