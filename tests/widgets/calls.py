"""A person in a call on the scripted server, as tests speak of them."""

from typing import Any

from playwright.sync_api import Locator, Page, expect

from tests.widgets.call_server import CallServer, Kind, member

YOU = "m-you"
ANNA = member("m-anna", "Anna Berg", microphone=True, camera=True)
BO = member("m-bo", "Bo Lind", camera=True)
CILLA = member("m-cilla", "Cilla Dahl", microphone=True)
KIM = member("m-partner", "Kim", microphone=True, partner=True)


class Caller:
    """One page with a call, and the person before it."""

    def __init__(self, page: Page, server: CallServer, kind: Kind) -> None:
        self.page = page
        self.server = server
        self.kind = kind
        self.call = page.locator(".call-screen")

    # -- what they do

    def open(self, language: str = "en") -> None:
        self.server.script.kind = self.kind
        self.page.goto(self.server.url(self.kind, language))
        if self.kind == "practice":
            name = "Start the practice call" if language == "en" else "Starta övningssamtalet"
            self.page.get_by_role("button", name=name).click()

    def go_in(self) -> None:
        self.press("Go in")
        expect(self.call.get_by_role("status").first).to_have_text("You are in the call.")

    def press(self, name: str) -> None:
        self.button(name).click()

    def button(self, name: str) -> Locator:
        return self.call.get_by_role("button", name=name, exact=True)

    # -- what is around them

    def meets(self, *others: dict[str, Any], **me: bool) -> None:
        """These are in the room; those with a camera have a slot each."""
        seen = [each["id"] for each in others if each["camera"]]
        self.server.send("members", members=[member(YOU, "Alma Ek", **me), *others])
        self.slots(seen)

    def slots(self, video: list[str], screen: str | None = None) -> None:
        shape = 5 if self.kind == "room" else 1
        padded = (video + [None] * shape)[:shape]
        self.server.send("slots", audio=[None] * 3, video=padded, screen=screen)

    def partner(self, **fields: Any) -> None:
        """The partner says or does this."""
        silent = {"state": "listening", "line": "", "caption": "", "task": "", "ways": []}
        self.server.send("partner", **(silent | {"done": {}} | fields))

    # -- what they see

    def sees(self, words: str) -> None:
        expect(self.call.get_by_text(words).first).to_be_visible()

    def tile(self, name: str) -> Locator:
        return self.call.locator(".tile").filter(has_text=name)
