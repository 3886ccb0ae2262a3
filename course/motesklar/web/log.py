"""Structured logs, one JSON object a line, without personal data.

No address, name, e-mail, token or query is ever logged; a request is its method, the pattern of
its route, its status and its time.
"""

import json
import logging
import sys
from datetime import UTC, datetime
from typing import Any

from tornado.web import RequestHandler

_requests = logging.getLogger("motesklar.request")


class JsonLines(logging.Formatter):
    """A record as one line of JSON."""

    def format(self, record: logging.LogRecord) -> str:
        """Time, level, logger, message; extra facts under their own names."""
        line: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "from": record.name,
            "message": record.getMessage(),
        }
        line |= getattr(record, "facts", {})
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False, default=str)


def log_request(handler: RequestHandler) -> None:
    """Note a finished request by its handler, not by its address (which may hold a code)."""
    status = handler.get_status()
    level = logging.INFO if status < 500 else logging.ERROR
    facts = {
        "method": handler.request.method,
        "handler": type(handler).__name__,
        "status": status,
        "ms": round(handler.request.request_time() * 1000, 1),
    }
    # only pages show one: it is made when it is first asked for
    if "case_code" in vars(handler):
        facts["case"] = vars(handler)["case_code"]
    _requests.log(level, "request", extra={"facts": facts})


def configure_logging(file: Any = None, level: int = logging.INFO) -> None:
    """Send every log of the process to `file` (standard error by default) as JSON lines."""
    stream = logging.StreamHandler(file or sys.stderr)
    stream.setFormatter(JsonLines())
    root = logging.getLogger()
    root.handlers[:] = [stream]
    root.setLevel(logging.WARNING)
    logging.getLogger("motesklar").setLevel(level)
    # Jupyter's own log names kernels and paths; only its troubles are of interest
    logging.getLogger("traitlets").setLevel(logging.WARNING)
