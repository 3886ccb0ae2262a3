"""What checks, verdicts, browsers and systems are called: msgids, or brands as they are."""

from collections.abc import Mapping

from motesklar.equipment.verdicts import Browser, Check, System, VerdictName
from motesklar.i18n import N_

CHECKS: Mapping[str, str] = {
    Check.BROWSER: N_("Web browser"),
    Check.SPEAKER: N_("Loudspeaker"),
    Check.MICROPHONE: N_("Microphone"),
    Check.CAMERA: N_("Camera"),
    Check.NETWORK: N_("Network"),
}

VERDICTS: Mapping[str, str] = {
    VerdictName.PASS: N_("Works"),
    VerdictName.WARN: N_("Works, but can be better"),
    VerdictName.FAIL: N_("Does not work"),
    VerdictName.SKIPPED: N_("Skipped"),
}

#: Brands; they are the same in every language.
BROWSERS: Mapping[str, str] = {
    Browser.CHROME: "Chrome",
    Browser.EDGE: "Edge",
    Browser.FIREFOX: "Firefox",
    Browser.SAFARI: "Safari",
    Browser.SAMSUNG: "Samsung Internet",
    Browser.OTHER: N_("Another web browser"),
}

SYSTEMS: Mapping[str, str] = {
    System.WINDOWS: "Windows",
    System.MACOS: "macOS",
    System.IOS: "iOS",
    System.IPADOS: "iPadOS",
    System.ANDROID: "Android",
    System.CHROMEOS: "ChromeOS",
    System.LINUX: "Linux",
    System.OTHER: N_("Another system"),
}
