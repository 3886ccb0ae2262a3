"""The web server: routes, sessions, pages that are not modules."""
