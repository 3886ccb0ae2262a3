"""What the parsers of this package raise."""


class BadPacket(ValueError):
    """Bytes that are not what they have to be; the message says what is wrong with them."""
