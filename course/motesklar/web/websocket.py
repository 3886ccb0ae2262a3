"""The base of our websockets."""

from urllib.parse import urlsplit

from tornado.websocket import WebSocketHandler

from motesklar.web.base import CourseHandler


class CourseSocket(CourseHandler, WebSocketHandler):
    """A websocket of the course. Who may not come here is refused before there is one."""

    def check_origin(self, origin: str) -> bool:
        """Another host's pages may do nothing in a person's name; our public address may.

        Tornado has let our own host in already; behind a proxy it may be known by another name.
        """
        return urlsplit(origin).netloc == urlsplit(self.services.public_url).netloc
