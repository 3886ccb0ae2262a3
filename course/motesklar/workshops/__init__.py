"""Workshops: join code, live board, raised hands."""
