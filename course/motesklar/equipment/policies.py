"""What the IT department sets in browsers, with the course's own address in it. Pure.

Names and shapes are the vendors' own: Chrome Enterprise policy list, Microsoft Edge browser
policies, and Mozilla's `policies.json`. `docs/call.md` says what each is for.
"""

import enum
import json
from dataclasses import dataclass
from urllib.parse import urlsplit

#: Chrome's and Edge's lists that name sites; the order is that of the explanations on the page.
SITE_LISTS = (
    "AudioCaptureAllowedUrls",
    "VideoCaptureAllowedUrls",
    "ScreenCaptureAllowedByOrigins",
    "AutoplayAllowlist",
    "LocalNetworkAccessAllowedForUrls",
    "WebRtcLocalIpsAllowedUrls",
)
#: Under these keys of the registry.
_VENDORS = ("Google\\Chrome", "Microsoft\\Edge")


class Place(enum.StrEnum):
    """Where a text belongs."""

    CHROMIUM_JSON = "chromium_json"  # a file on Linux, or the policies of an admin console
    REGISTRY = "registry"  # Windows, Chrome and Edge
    MACOS = "macos"  # a configuration profile's payload, Chrome and Edge
    FIREFOX = "firefox"  # policies.json, the same on every system


@dataclass(frozen=True)
class PolicyText:
    """A text to copy."""

    place: Place
    text: str


def origin_of(public_url: str) -> str:
    """The origin that browsers know the course by (RFC 6454): scheme, host, port unless default."""
    parts = urlsplit(public_url)
    return f"{parts.scheme}://{parts.netloc}"


def policy_texts(origin: str) -> list[PolicyText]:
    """All texts for a course that people reach at `origin`."""
    return [
        PolicyText(Place.CHROMIUM_JSON, _chromium_json(origin)),
        PolicyText(Place.REGISTRY, _registry(origin)),
        PolicyText(Place.MACOS, _macos(origin)),
        PolicyText(Place.FIREFOX, _firefox(origin)),
    ]


def _chromium_json(origin: str) -> str:
    return _json({name: [origin] for name in SITE_LISTS})


def _registry(origin: str) -> str:
    """A `.reg` file; a list is a key whose values are numbered."""
    lines = ["Windows Registry Editor Version 5.00"]
    for vendor in _VENDORS:
        for name in SITE_LISTS:
            key = f"HKEY_LOCAL_MACHINE\\SOFTWARE\\Policies\\{vendor}\\{name}"
            lines += ["", f"[{key}]", f'"1"="{origin}"']
    return "\r\n".join(lines) + "\r\n"


def _macos(origin: str) -> str:
    """The keys of a payload of `com.google.Chrome` or `com.microsoft.Edge`."""
    return "\n".join(
        f"<key>{name}</key>\n<array>\n  <string>{origin}</string>\n</array>" for name in SITE_LISTS
    )


def _firefox(origin: str) -> str:
    allowed = {"Allow": [origin]}
    kinds = ("Camera", "Microphone", "Autoplay")
    return _json({"policies": {"Permissions": dict.fromkeys(kinds, allowed)}})


def _json(value: object) -> str:
    return json.dumps(value, indent=2)
