"""Mötesklar: the course with which people learn to meet on the web."""

__version__ = "0.1.0"
