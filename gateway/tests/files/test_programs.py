"""Programs are refused, whatever their names and however they are wrapped."""

import io
import zipfile
from collections.abc import AsyncIterator, Mapping

import pytest

from gateway.files.inspection import Inspection
from gateway.files.kinds import clean_name
from gateway.files.programs import named_like_program
from gateway.kit.settings import Settings
from trackline_schemas.errors import ServiceError

BLOCKED = Settings(secret="s" * 32).blocked_endings
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def archive(members: Mapping[str, str]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name, text in members.items():
            made.writestr(name, text)
    return out.getvalue()


def office(main: str, **more: str) -> bytes:
    types = f'<Types><Override PartName="/word/document.xml" ContentType="application/vnd.{main}.main+xml"/></Types>'
    return archive({"word/document.xml": "<x/>", **more, "[Content_Types].xml": types})


PLAIN = "openxmlformats-officedocument.wordprocessingml.document"
MACROS = "ms-word.document.macroEnabled"


async def chunks(content: bytes, size: int) -> AsyncIterator[bytes]:
    for start in range(0, len(content), size):
        yield content[start : start + size]


async def accepted(content: bytes, name: str, size: int = 1000) -> bool:
    with Inspection(clean_name(name), 10_000_000, BLOCKED) as inspection:
        try:
            async for chunk in chunks(content, size):
                inspection.feed(chunk)
            await inspection.finish()
        except ServiceError as error:
            return error.reason != "file_is_program"
    return True


@pytest.mark.parametrize(
    "content",
    [
        b"\x7fELF\x02\x01\x01" + bytes(60),
        b"MZ\x90\0" + bytes(100),
        b"#!/bin/sh\nrm -rf /\n",
        b"\xcf\xfa\xed\xfe" + bytes(40),
        b"\xca\xfe\xba\xbe\0\0\0\x34",
        b"L\0\0\0\x01\x14\x02\0" + bytes(40),
        b"dex\n035\0",
        b"ITSF\x03",
        b"\xed\xab\xee\xdb\x03",
        b"!<arch>\ndebian-binary   ",
        b"[InternetShortcut]\r\nURL=file://evil/x.exe",
        b"\n[Desktop Entry]\nExec=sh -c id",
        b"<html><HTA:Application id=x>",
        office(MACROS),
        office(PLAIN, **{"word/vbaProject.bin": "x"}),
        # the name of the part is free, and only its type tells
        archive({"word/innocent.bin": "x", "[content_types].XML": "application/vnd.ms-office.vbaProject"}),
        archive({"xl/macrosheets/sheet1.xml": "x"}),
        archive({"META-INF/MANIFEST.MF": "Main-Class: A", "A.class": "x"}),
        archive({"AndroidManifest.xml": "x"}),
        OLE + bytes(3000) + "_VBA_PROJECT".encode("utf-16-le") + bytes(500),
        OLE + bytes(3000) + "_vba_project".encode("utf-16-le") + bytes(500),
        OLE + bytes(1100) + bytes.fromhex("84100c0000000000c000000000000046") + bytes(500),
        # a document whose directory is damaged
        b"PK\x03\x04" + bytes(500),
    ],
    ids=range(23),
)
async def test_content_is_judged_under_a_harmless_name(content: bytes) -> None:
    for name in ("notes.txt", "report.doc", "photo.jpg"):
        for size in (3, 1000, 100_000):
            assert not await accepted(content, name, size), name


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"MZ-123: the printer does not print", "notes.txt"),
        (b"# not a script\n#!/bin/sh", "readme.md"),
        (office(PLAIN), "letter.docx"),
        (archive({"a/setup.exe": "x", "b.txt": "y"}), "files.zip"),
        (archive({"META-INF/MANIFEST.MF": "x", "content.xml": "y"}), "sheet.ods"),
        (b"PK\x03\x04" + bytes(500), "damaged.zip"),
        (OLE + bytes(3000), "old.doc"),
    ],
)
async def test_what_is_no_program_is_accepted(content: bytes, name: str) -> None:
    assert await accepted(content, name)


DISGUISED = """setup.exe run.ps1 RUN.PS1 letter.docm sheet.xlsm disk.iso a.url setup.exe. setup.exe.. setup.exe::$DATA
    setup.exe:stream:$DATA notes.txt:evil.exe setup.exe:$DATA invoice.pdf.exe invoice.exe.pdf photo.scr.jpg x.vhdx x.chm
    x.lnk x.sh x.py x.jar x.desktop""".split()
BLANKS = [
    "setup.exe ", "setup.exe . .", "setup.exe\N{NO-BREAK SPACE}", "setup.exe\N{IDEOGRAPHIC SPACE}.",
    "setup\N{ONE DOT LEADER}exe", "setup.ｅｘｅ", "setup．exe", "gnp.\N{RIGHT-TO-LEFT OVERRIDE}exe",
    "setup.e\N{ZERO WIDTH SPACE}xe", "setup.exe\0", "photo.jpg" + " " * 200 + ".exe", "a" * 146 + ".exe" + " " * 9,
]  # fmt: skip


@pytest.mark.parametrize("name", DISGUISED + BLANKS)
def test_no_trick_with_a_name_hides_a_program(name: str) -> None:
    assert named_like_program(name, BLOCKED) or named_like_program(clean_name(name), BLOCKED)


@pytest.mark.parametrize(
    "name",
    [
        "report.pdf",
        "www.example.com.pdf",
        "setup.exe.log",
        "outlook.exe.dmp",
        "vue.js.png",
        "10:30 report.pdf",
        "exe",
        "a",
    ],
)
def test_ordinary_names_pass(name: str) -> None:
    assert not named_like_program(name, BLOCKED)


def test_a_shortened_name_ends_neither_with_a_dot_nor_a_space() -> None:
    name = clean_name("a" * 145 + ".exe . and more of it that is cut off")
    assert not name.endswith((".", " "))
    assert clean_name("evil.exe::$DATA") == "evil.exe--$DATA"
