"""A file that somebody chooses, and that travels in the page until it is confirmed."""

import base64
import binascii

from tornado.httputil import HTTPServerRequest

from motesklar.errors import BadRequest
from motesklar.i18n import N_


def chosen_file(request: HTTPServerRequest) -> bytes:
    """The file of the form's field `file`.

    Raises:
        BadRequest: none was chosen.
    """
    files = request.files.get("file", [])
    if not files or not files[0].filename:
        raise BadRequest(N_("No file was chosen."), N_("Choose the file and try again."))
    body: bytes = files[0].body
    return body


def carried(data: bytes) -> str:
    """The file as a hidden field holds it."""
    return base64.b64encode(data).decode()


def carried_file(text: str) -> bytes:
    """The file that a hidden field holds.

    Raises:
        BadRequest: it is not as we wrote it.
    """
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise BadRequest from error
