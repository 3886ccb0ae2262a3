"""The organisation's meeting service: profiles, words, accounts."""
