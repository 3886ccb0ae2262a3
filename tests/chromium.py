"""How tests start the system's own browser."""

import shutil

import pytest

#: Quiet, and with a pretended microphone and camera that nobody has to allow.
SWITCHES = (
    "--headless=new",
    "--no-sandbox",
    "--disable-quic",
    "--disable-background-networking",
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
)


def chromium_path() -> str:
    """The system's own browser."""
    for name in ("chromium", "chromium-browser", "google-chrome"):
        if found := shutil.which(name):
            return found
    pytest.fail("no Chromium: `make test` installs it, or says how to")
