"""Widgets of the course: each is a class here and a script of the same name in `static/`."""

from motesklar_widgets.base import CourseWidget
from motesklar_widgets.gettext import _

__all__ = ["CourseWidget", "_"]
