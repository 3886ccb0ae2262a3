"""How many files, sockets among them, this process may hold open: RLIMIT_NOFILE (getrlimit(2))."""

import resource


def allow_most_open_files() -> None:
    """Raise our own limit as far as the system allows; often 1,024 is only where it starts."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


def open_files_allowed() -> int:
    """How many this process may have at once."""
    return resource.getrlimit(resource.RLIMIT_NOFILE)[0]
