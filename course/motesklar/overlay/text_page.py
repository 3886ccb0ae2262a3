"""Pages about the course that an organisation may write itself."""

from typing import Any

from motesklar.overlay.texts import find_text
from motesklar.web.access import Access
from motesklar.web.base import CourseHandler


class TextPage(CourseHandler):
    """A page of text; the organisation's own wins over the shipped template."""

    access = Access.PUBLIC

    def show_text(self, name: str, title: str, **context: Any) -> None:
        """Answer with the organisation's text, or with `<name>.html` where it has none.

        Args:
            name: one of `overlay.texts.TEXT_NAMES`.
            title: msgid for the browser's tab.
            context: what the shipped template uses.
        """
        own = find_text(self.services.overlay, name, self.language, self.url)
        if own is None:
            self.render_page(f"{name}.html", **context)
        else:
            self.render_page("own_text.html", title=self.translation.gettext(title), text=own)
