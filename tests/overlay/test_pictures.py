"""Which files of an organisation's folder have an address."""

from pathlib import Path

import pytest

from motesklar.overlay.pictures import PICTURE_BYTES_MAX, find_picture


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    folder = tmp_path / "pictures"
    folder.mkdir()
    (tmp_path / "course.toml").write_text("secret = 1")
    (tmp_path / "secret.png").write_bytes(b"secret")
    return folder


@pytest.mark.parametrize("name", ["logo.svg", "A_photo-2.jpg", "b.jpeg", "c.png", "d.webp"])
def test_a_picture_is_found(pictures: Path, name: str) -> None:
    (pictures / name).write_bytes(b"x")
    assert find_picture(pictures.parent, name) == pictures / name


@pytest.mark.parametrize(
    "name",
    ["../course.toml", "../secret.png", "..", ".hidden.png", "page.html", "x.js", "a/b.png", ""],
)
def test_nothing_but_pictures_in_the_folder_is_found(pictures: Path, name: str) -> None:
    (pictures / ".hidden.png").write_bytes(b"x")
    (pictures / "page.html").write_bytes(b"x")
    (pictures / "x.js").write_bytes(b"x")
    assert find_picture(pictures.parent, name) is None


def test_a_link_out_of_the_folder_leads_nowhere(pictures: Path) -> None:
    (pictures / "logo.png").symlink_to(pictures.parent / "secret.png")
    assert find_picture(pictures.parent, "logo.png") is None


def test_a_huge_file_is_not_served(pictures: Path) -> None:
    (pictures / "big.png").write_bytes(bytes(PICTURE_BYTES_MAX + 1))
    assert find_picture(pictures.parent, "big.png") is None


def test_a_course_without_a_folder_of_its_own_has_no_pictures() -> None:
    assert find_picture(None, "logo.png") is None
