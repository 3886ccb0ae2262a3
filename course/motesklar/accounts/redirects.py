"""Where a form may send its visitor afterwards: to our own pages only. Pure."""

import re
from urllib.parse import urlsplit

#: Browsers read a backslash as a slash and drop tabs and line breaks, so neither may stand here.
_UNSAFE = re.compile(r"[\\\x00-\x20\x7f-\x9f]")
#: Pages one doesn't want to land on again right after signing in or out.
_NEVER = ("/sign-in", "/sign-out", "/link/", "/device/", "/language")


def local_path(target: str, base_url: str, *, fallback: str = "/") -> str:
    """`target` when it is an address of ours under `base_url`, else `fallback` under it."""
    root = base_url.rstrip("/")
    return target if _is_local(target, root) else root + fallback


def local_page(target: str, base_url: str, *, fallback: str = "/") -> str:
    """As `local_path`, but never a page of the signing in itself."""
    root = base_url.rstrip("/")
    path = local_path(target, base_url, fallback=fallback)
    return root + fallback if path.removeprefix(root).startswith(_NEVER) else path


def _is_local(target: str, root: str) -> bool:
    if not target.startswith(root + "/") or target.startswith("//") or _UNSAFE.search(target):
        return False
    try:
        parts = urlsplit(target)
    except ValueError:
        return False
    # `..` could climb out of the base URL
    return not parts.scheme and not parts.netloc and ".." not in parts.path.split("/")
