"""What was done on the drawn computer, in the words that stand on it. Pure."""

from collections.abc import Callable, Mapping

from motesklar.i18n import N_
from motesklar_widgets.drawn_computer import PANELS

#: Control to its name, as the page that draws the computer has it.
_NAMES: Mapping[str, str] = {
    "site-menu": N_("About this page"),
    "meeting-settings": N_("Settings of the meeting"),
    "sound-settings": N_("Sound"),
    "network-settings": N_("Network"),
    "microphone-permission": N_("May the page use the microphone?"),
    "camera-permission": N_("May the page use the camera?"),
    "microphone": N_("The meeting listens through"),
    "speaker": N_("The sound comes out of"),
    "system-microphone": N_("The computer's microphone is on"),
    "volume": N_("How loud"),
    "wifi": N_("The wireless network is on"),
    "network": N_("Which network"),
    "headset-switch": N_("The switch on the headset's cord: microphone on"),
}
#: Actions whose words say it all.
_WHOLE: Mapping[str, str] = {
    "meeting-microphone:on": N_("Microphone on"),
    "meeting-microphone:off": N_("Microphone off"),
    "meeting-camera:on": N_("Camera on"),
    "meeting-camera:off": N_("Camera off"),
}
#: A value to its words; one that isn't here is a number.
_VALUES: Mapping[str, str] = {
    "allow": N_("Allow"),
    "block": N_("Block"),
    "on": N_("yes"),
    "off": N_("no"),
    "headset": N_("The headset"),
    "computer": N_("The computer"),
    "screen": N_("The big screen in the next room"),
    "office": N_("The office"),
    "guest": N_("Guests"),
}


def action_in_words(action: str, gettext: Callable[[str], str]) -> str:
    """An action of `drawn_computer`, such as `wifi:on`; one that it doesn't know stays as it is."""
    if action in _WHOLE:
        return gettext(_WHOLE[action])
    name, _, value = action.partition(":")
    if name not in _NAMES:
        return action
    told = gettext(_NAMES[name])
    if name in PANELS:
        panel = (
            gettext(N_("Opens “%(name)s”")) if value == "open" else gettext(N_("Closes “%(name)s”"))
        )
        return panel % {"name": told}
    return f"{told}: {gettext(_VALUES[value]) if value in _VALUES else value}"
