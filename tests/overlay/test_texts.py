"""An organisation's own pages of text."""

from pathlib import Path

import pytest

from motesklar.overlay.texts import find_text, render_text


@pytest.fixture
def overlay(tmp_path: Path) -> Path:
    (tmp_path / "texts" / "sv").mkdir(parents=True)
    (tmp_path / "texts" / "sv" / "help.md").write_text("# Hjälp hos oss\n", encoding="utf-8")
    return tmp_path


def test_a_text_is_shown_in_its_own_language_only(overlay: Path) -> None:
    assert find_text(overlay, "help", "sv") == "<h1>Hjälp hos oss</h1>\n"
    assert find_text(overlay, "help", "en") is None
    assert find_text(overlay, "privacy", "sv") is None
    assert find_text(None, "help", "sv") is None


def test_a_changed_text_is_shown_at_once(overlay: Path) -> None:
    assert find_text(overlay, "help", "sv")
    (overlay / "texts" / "sv" / "help.md").write_text("# Ny\n", encoding="utf-8")
    assert find_text(overlay, "help", "sv") == "<h1>Ny</h1>\n"


def test_html_and_scripts_are_shown_as_text() -> None:
    html = render_text("# A\n\n<script>x</script> [b](javascript:alert(1))\n")
    assert "<script" not in html
    assert "href" not in html


def test_our_own_addresses_get_the_base_url_and_others_stay() -> None:
    html = render_text(
        "[a](/help) [b](https://exempelstad.example/) ![c](/pictures/c.png) [d](//other.example)",
        lambda path: "/base" + path,
    )
    assert 'href="/base/help"' in html
    assert 'href="https://exempelstad.example/"' in html
    assert 'src="/base/pictures/c.png"' in html
    assert 'href="//other.example"' in html
