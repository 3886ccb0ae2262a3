"""The organisation's real meeting service: its words, and the people's accounts in it."""
