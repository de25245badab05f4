"""The files into which the portal's font is cut."""

from pathlib import Path

import pytest
from fontTools.ttLib import TTFont

from trackline_local import assets, fonts, styles

FONT = styles.PORTAL / "node_modules" / assets.FONT


@pytest.fixture(scope="module", autouse=True)
def _fetched() -> None:
    assets.prepare()


def characters(file: Path) -> set[int]:
    return set(TTFont(file)["cmap"].getBestCmap())


def test_no_character_of_the_package_is_lost() -> None:
    package = set().union(*map(characters, FONT.glob("files/*-wght-normal.woff2")))
    cut = set().union(*map(characters, (assets.VENDOR / "inter").glob("*.woff2")))
    # Each file of the package repeats a few of another, such as the blank, of which one copy is enough.
    assert len(package) > 1000
    assert package - cut == set()


def test_each_file_is_loaded_for_its_own_characters_only() -> None:
    """What a file has beyond its range would be fetched for nothing."""
    style_sheet = (assets.VENDOR / "inter/inter.css").read_text()
    faces = style_sheet.split("@font-face")[1:]
    assert len(faces) == len(list((assets.VENDOR / "inter").glob("*.woff2"))) > 7
    for face in faces:
        name = face.partition("url(./")[2].partition(")")[0]
        ranges = face.partition("unicode-range: ")[2].partition(";")[0]
        assert characters(assets.VENDOR / "inter" / name) <= set(fonts.read_ranges(ranges)), name


def test_a_file_has_the_weights_of_the_portal() -> None:
    (axis,) = TTFont(assets.VENDOR / "inter/latin.woff2")["fvar"].axes
    assert (axis.minValue, axis.maxValue) == (400, 600)


def test_ranges_are_written_as_they_are_read() -> None:
    written = "U+0100-017F,U+018F,U+1E9E"
    assert fonts.write_ranges(fonts.read_ranges(written)) == written
