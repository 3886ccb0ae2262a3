"""An organisation's own pages of text: `texts/<language>/<name>.md` in its course folder."""

from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup

#: Pages that an organisation may write itself. A text begins with its own `# heading`.
TEXT_NAMES = ("help", "privacy", "accessibility")


def find_text(
    overlay: Path | None, name: str, language: str, url: Callable[[str], str] = str
) -> Markup | None:
    """The organisation's text as HTML with its own h1, or None where the shipped page stands.

    Only the very language counts: a reader of English gets the shipped English page rather than
    a Swedish text with English around it.

    Args:
        overlay: the organisation's own course folder.
        name: one of `TEXT_NAMES`.
        language: the reader's.
        url: puts the base URL before an address that begins with a slash.
    """
    if overlay is None:
        return None
    try:
        source = (overlay / "texts" / language / f"{name}.md").read_text(encoding="utf-8")
    except FileNotFoundError:
        return None
    return render_text(source, url)


def render_text(source: str, url: Callable[[str], str] = str) -> Markup:
    """Markdown as HTML; HTML in it is shown as text, and a link can't run a script."""
    parser = _parser()
    tokens = parser.parse(source)
    for token, attribute in _addresses(tokens):
        address = str(token.attrGet(attribute) or "")
        if address.startswith("/") and not address.startswith("//"):
            token.attrSet(attribute, url(address))
    rendered: str = parser.renderer.render(tokens, parser.options, {})
    return Markup(rendered)  # noqa: S704 - markdown-it with html off escapes everything


def foreign_pictures(source: str) -> list[str]:
    """Addresses of pictures that lie on somebody else's server; browsers will not load them."""
    pictures = [
        str(token.attrGet("src"))
        for token, attribute in _addresses(_parser().parse(source))
        if attribute == "src"
    ]
    return [address for address in pictures if urlsplit(address).netloc]


def has_one_title(source: str) -> bool:
    """Whether the text has exactly one `# heading`, and begins with it."""
    tokens = _parser().parse(source)
    titles = [
        i for i, token in enumerate(tokens) if token.type == "heading_open" and token.tag == "h1"
    ]
    return titles == [0]


@cache
def _parser() -> MarkdownIt:
    return MarkdownIt("commonmark", {"html": False}).enable("table")


def _addresses(tokens: list[Token]) -> Iterator[tuple[Token, str]]:
    """Every link and picture, with the attribute that holds its address."""
    for token in tokens:
        for child in token.children or ():
            if child.type == "link_open":
                yield child, "href"
            elif child.type == "image":
                yield child, "src"
