"""All checks in the order in which a newcomer should mend them."""

import asyncio
import logging
from collections.abc import Awaitable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from motesklar.config import Settings, load_settings
from motesklar.doctor.installation import check_installation
from motesklar.doctor.mail import check_mail
from motesklar.doctor.media import check_media
from motesklar.doctor.network import check_port, check_public
from motesklar.doctor.oidc import check_oidc
from motesklar.doctor.packages import check_packages
from motesklar.doctor.pages import check_pages
from motesklar.doctor.report import Check, fail, ok, warn
from motesklar.doctor.storage import check_storage
from motesklar.doctor.tls import check_certificate
from motesklar.errors import ConfigError
from motesklar.overlay.checking import check_course
from motesklar.overlay.fit import Finding, must_change
from motesklar.overlay.folder import OwnCourse
from motesklar.overlay.shipped import Shipped
from motesklar.paths import DataFolder, shipped_settings

log = logging.getLogger("motesklar.doctor")


@dataclass(frozen=True)
class Patient:
    """What is examined: the options that `serve` would get.

    Args:
        base_url: with a slash at both ends.
    """

    data: DataFolder
    overlay: Path | None
    host: str
    port: int
    base_url: str
    public_url: str
    behind_proxy: bool
    tls_cert: Path | None
    tls_key: Path | None


async def examine(patient: Patient) -> list[Check]:
    """Do all checks; one that fails stops none of the others."""
    settings, checks = _check_settings(patient.overlay)
    host = urlsplit(patient.public_url).hostname or ""
    tls = patient.tls_cert is not None
    parts: list[tuple[str, Awaitable[list[Check]]]] = [
        ("packages", asyncio.to_thread(check_packages)),
        ("data folder", asyncio.to_thread(check_storage, patient.data)),
        ("port", check_port(patient.host, patient.port, patient.base_url, tls)),
        (
            "TLS certificate",
            asyncio.to_thread(check_certificate, patient.tls_cert, patient.tls_key, host),
        ),
        (
            "public address",
            check_public(patient.public_url, patient.base_url, patient.behind_proxy),
        ),
        ("calls", check_media()),
    ]
    if settings is not None:
        installation = asyncio.to_thread(
            check_installation, patient.data, settings, patient.overlay
        )
        parts.append(("installation", installation))
        parts.append(("pages", check_pages(settings.capacity)))
        parts.append(("mail server", asyncio.to_thread(check_mail, settings.mail)))
        parts.append(
            (
                "organisation's sign-in",
                asyncio.to_thread(check_oidc, settings.oidc, patient.public_url),
            )
        )
    for name, part in parts:
        checks += await _try(name, part)
    return checks


async def _try(name: str, part: Awaitable[list[Check]]) -> list[Check]:
    """The checks of one part; a part that breaks is itself a finding."""
    try:
        return await part
    except Exception as error:
        log.exception("the check of %s broke", name)
        told = f"could not be looked at: {type(error).__name__}: {error}"
        return [fail(name, told, "Report this sentence and the log above it to the developers")]


def _check_settings(overlay: Path | None) -> tuple[Settings | None, list[Check]]:
    try:
        settings = load_settings(shipped_settings(), overlay / "course.toml" if overlay else None)
    except ConfigError as error:
        next_step = f"Correct it, then run motesklar course check {overlay}"
        return None, [fail("settings", str(error), next_step)]
    checks = [ok("settings", f"can be used; {len(settings.course.modules)} modules")]
    if overlay is not None:
        checks.append(
            judge_own_course(overlay, check_course(OwnCourse(overlay, Shipped.installed())))
        )
    return settings, checks


def judge_own_course(folder: Path, findings: list[Finding]) -> Check:
    """Whether the organisation's folder fits this release."""
    if must_change(findings):
        count = len(findings)
        return warn(
            "own course",
            f"{count} things in {folder} no longer fit this release",
            f"Run motesklar course check {folder}",
        )
    return ok("own course", f"{folder} fits this release")
