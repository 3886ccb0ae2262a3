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

#: Done when colours and places no longer change, so that they can be measured. What is folded away
#: is not drawn, so the end of its transitions is never told; what turns for ever is left alone.
SETTLED = """async () => {
  await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
  const ends = ({ effect }) =>
    effect.target.checkVisibility() && effect.getComputedTiming().endTime !== Infinity;
  await Promise.allSettled(document.getAnimations().filter(ends).map((one) => one.finished));
}"""


def chromium_path() -> str:
    """The system's own browser."""
    for name in ("chromium", "chromium-browser", "google-chrome"):
        if found := shutil.which(name):
            return found
    pytest.fail("no Chromium: `make test` installs it, or says how to")
