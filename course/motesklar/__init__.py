"""Mötesklar: the course with which people learn to meet on the web."""

import sys

__version__ = "0.1.0"

# jsonschema loads it to check formats that no notebook has, and that takes a second of computing in
# every process that reads one: the server, each command and each grading process
sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]
