"""Python and its packages: are they the ones that Mötesklar is pinned to?"""

import importlib.metadata
import shutil
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path

from packaging.requirements import Requirement

from motesklar.doctor.report import Check, fail, ok

PYTHON_MIN = (3, 11)
_INSTALL = "Install exactly what requirements.lock names: make install"


def judge_python(version: tuple[int, int, int]) -> Check:
    """Whether this Python is new enough."""
    told = ".".join(map(str, version))
    if version[:2] < PYTHON_MIN:
        return fail("Python", f"{told} is too old", "Install Python 3.11 or newer")
    return ok("Python", told)


def judge_packages(requirements: Iterable[str], installed: Mapping[str, str | None]) -> Check:
    """Whether each required package is there in an accepted version.

    Args:
        requirements: as in the package's metadata, such as `aiortc==1.16.0`.
        installed: package to version, None where it is missing.
    """
    wrong, pinned, count = [], [], 0
    for text in requirements:
        requirement = Requirement(text)
        if requirement.marker and not requirement.marker.evaluate({"extra": ""}):
            continue
        count += 1
        version = installed.get(requirement.name)
        if version is None:
            wrong.append(f"{requirement.name} is missing")
        elif not requirement.specifier.contains(version, prereleases=True):
            wrong.append(f"{requirement.name} is {version}, needed is {requirement.specifier}")
        elif str(requirement.specifier).startswith("=="):
            pinned.append(f"{requirement.name} {version}")
    if wrong:
        return fail("packages", "; ".join(wrong), _INSTALL)
    return ok("packages", f"{count} as needed, among them {', '.join(pinned)}")


def judge_alembic(on_path: bool, beside_python: bool) -> Check:
    """Whether nbgrader finds the program that makes and upgrades its gradebook."""
    if on_path:
        return ok("alembic program", "found on PATH")
    if beside_python:
        return ok("alembic program", "found beside Python; use motesklar nbgrader, not nbgrader")
    return fail("alembic program", "is missing, so no gradebook can be made", _INSTALL)


def check_packages() -> list[Check]:
    """Look at this environment."""
    requirements = importlib.metadata.requires("motesklar") or []
    names = {Requirement(text).name for text in requirements}
    scripts = str(Path(sys.executable).parent)
    return [
        judge_python(sys.version_info[:3]),
        judge_packages(requirements, {name: _installed(name) for name in names}),
        judge_alembic(
            shutil.which("alembic") is not None, shutil.which("alembic", path=scripts) is not None
        ),
    ]


def _installed(name: str) -> str | None:
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return None
