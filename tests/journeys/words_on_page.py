"""Tells words of another language that were left on a page, whether they are seen or only heard."""

import re
from collections.abc import Collection

from playwright.sync_api import Page

#: Every text of the page, and what stands in its stead for whoever doesn't see it. What is marked
#: as another language, such as the button that changes to it, is left out.
_TEXTS = """() => {
  const own = document.documentElement.lang;
  const names = ["alt", "aria-label", "title", "placeholder"];
  return [...document.querySelectorAll("body *:not(script, style, template)")]
    .filter((element) => element.closest("[lang]").lang === own)
    .flatMap((element) => [
      ...[...element.childNodes].filter(({ nodeType }) => nodeType === 3).map(({ data }) => data),
      ...names.map((name) => element.getAttribute(name) ?? ""),
    ])
    .filter((text) => text.trim());
}"""

#: Words that hardly a sentence does without, and that the other language doesn't have. Names begin
#: with a capital, so a small word with å, ä or ö is Swedish.
_FOREIGN = {
    "en": re.compile(r"\b(?:[a-zåäöé]*[åäö][a-zåäöé]*|och|att|det|inte|jag|som|ett)\b"),
    "sv": re.compile(r"\b(?:the|and|you|your|is|are|not|with|this)\b"),
}


def assert_only_in(page: Page, language: str, own: Collection[str] = ()) -> None:
    """Everything on the page is in the language, apart from what the person has written."""
    texts = page.evaluate(_TEXTS)
    assert len(texts) > 20, "the page has hardly any text"
    left = [text for text in texts if _FOREIGN[language].search(text) and text not in own]
    assert left == []
