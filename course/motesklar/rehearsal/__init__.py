"""Invented people try the running course, the evening before a workshop."""
