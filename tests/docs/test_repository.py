"""What holds for every file of the repository."""

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LINES_MAX = 600
#: Written apart, so that this file is not its own finding.
HOSTS = re.compile(
    "|".join(
        re.escape(host)
        for host in (
            "pypi" + ".org",
            "pythonhosted" + ".org",
            "registry.npmjs" + ".org",
            "registry.yarnpkg" + ".com",
            "deb.debian" + ".org",
            "cdn.jsdelivr" + ".net",
            "unpkg" + ".com",
            "cdnjs.cloudflare" + ".com",
            "fonts.googleapis" + ".com",
        )
    )
)
MACHINE_PATH = re.compile(r"(?<![\w.:*/-])/(?:root|work|Users|home/[a-z]\w+)/\w|/tmp/" + "bash_")


def tracked() -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return [ROOT / name for name in listed.stdout.split("\0") if name and (ROOT / name).is_file()]


@pytest.fixture(scope="module")
def texts() -> dict[str, str]:
    """Path to content of every tracked file that is text."""
    found = {}
    for path in tracked():
        content = path.read_bytes()
        if b"\0" not in content[:8192]:
            found[str(path.relative_to(ROOT))] = content.decode("utf-8")
    return found


def test_no_file_names_a_registry_or_a_host_that_serves_scripts(texts: dict[str, str]) -> None:
    assert {n: HOSTS.findall(t) for n, t in texts.items() if HOSTS.search(t)} == {}


def test_no_file_names_a_path_of_one_machine(texts: dict[str, str]) -> None:
    named = {n: MACHINE_PATH.findall(t) for n, t in texts.items() if MACHINE_PATH.search(t)}
    assert named == {}


@pytest.mark.parametrize("lock", ["requirements.lock", "binder/requirements.txt"])
def test_every_pinned_package_has_its_hash(texts: dict[str, str], lock: str) -> None:
    packages = re.split(r"^(?=[a-z0-9])", texts[lock], flags=re.MULTILINE)
    pinned = [text for text in packages if re.match(r"[a-z0-9.-]+(\[[a-z,]+\])?==", text)]
    assert len(pinned) > 100
    assert [text.split("\n", 1)[0] for text in pinned if "--hash=sha256:" not in text] == []


def test_no_module_is_too_long_to_read(texts: dict[str, str]) -> None:
    code = {n: t for n, t in texts.items() if n.endswith((".py", ".js"))}
    too_long = {
        name: len(text.splitlines())
        for name, text in code.items()
        if "/vendor/" not in name and len(text.splitlines()) > LINES_MAX
    }
    assert too_long == {}


def test_no_file_is_empty_but_those_that_make_a_package(texts: dict[str, str]) -> None:
    empty = [n for n, t in texts.items() if not t.strip() and not n.endswith("__init__.py")]
    assert empty in ([], ["course/motesklar/py.typed", "widgets/motesklar_widgets/py.typed"])


def test_only_programs_are_executable() -> None:
    programs = [str(path.relative_to(ROOT)) for path in tracked() if path.stat().st_mode & 0o111]
    for name in programs:
        assert (ROOT / name).read_bytes().startswith(b"#!"), name
