"""Programs are refused, whatever their names and however they are wrapped."""

import io
import zipfile
from collections.abc import AsyncIterator, Mapping
from typing import IO

import pytest

from gateway.files.inspection import Inspection
from gateway.files.kinds import clean_name
from gateway.judge.budget import TooCostly
from gateway.judge.judge import Judge
from gateway.judge.process import Judges
from gateway.kit.endings import named_like_program
from gateway.kit.settings import Settings
from trackline_schemas.errors import ServiceError, reasons, refuse

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


class Here(Judges):
    """Judges in this process, so that thousands of files need no thousands of processes."""

    async def check(self, file: IO[bytes], name: str, person_id: str) -> None:
        try:
            is_program = Judge(file.seek(0, 2)).is_program(file, name)
        except TooCostly:
            raise refuse(reasons.files.FILE_HOLDS_TOO_MUCH, name=name) from None
        if is_program:
            raise refuse(reasons.files.FILE_IS_PROGRAM, name=name)


async def kept(content: bytes, name: str, size: int = 100_000, judges: Judges | None = None) -> tuple[str, str]:
    """Returns the name and the type under which the file is kept, or the reason of the refusal and "" """
    with Inspection(clean_name(name), 10_000_000, BLOCKED, judges or Here(), "maria") as inspection:
        try:
            async for chunk in chunks(content, size):
                inspection.feed(chunk)
            found = await inspection.finish()
        except ServiceError as error:
            return error.reason, ""
    return found["name"], found["type"]


async def verdict(content: bytes, name: str, size: int = 100_000, judges: Judges | None = None) -> str:
    """Returns the reason of the refusal, or "" """
    reason, kind = await kept(content, name, size, judges)
    return "" if kind else reason


async def accepted(content: bytes, name: str, size: int = 1000) -> bool:
    return await verdict(content, name, size) == ""


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
        b"\xef\xbb\xbf#!/bin/sh\nrm -rf /\n",
        b" \r\n#! /bin/sh\n",
        b"@echo off\r\nstart calc\r\n",
        b"\xff\xfe" + "[InternetShortcut]\r\nURL=file://x".encode("utf-16-le"),
        b"; comment\r\n[InternetShortcut]\r\nURL=file://x",
        b"\0asm\x01\0\0\0",
        b"{\\rtf1{\\object\\objocx\\objdata 0105}}",
        b"xar!" + bytes(100),
        b"Cr24\x03\0\0\0",
        b"\x1bLua" + bytes(20),
        b"\xa7\x0d\x0d\x0a" + bytes(12),
        b"CWS\x0a" + bytes(20),
        b"hsqs" + bytes(100),
        b"KDMV" + bytes(600),
        b"QFI\xfb" + bytes(600),
        bytes(32_769) + b"CD001" + bytes(2000),
        bytes(32_769) + b"BEA01" + bytes(2000),
        bytes(5000) + b"koly" + bytes(508),
        bytes.fromhex("e4525c7b8cd8a74daeb15378d02996d3") + bytes(100),
        archive({"[Content_Types].xml": "application/vnd.ms-office.vba&#80;roject"}),
        archive({"[Content_Types].xml": "<Types/>", "evil.lnk": "x"}),
        archive({"mimetype": "application/vnd.oasis.opendocument.text", "Scripts/python/x.py": "x"}),
        archive({"[Content_Types].xml": "<Types/>", "word/embeddings/x.docm": "x"}),
        archive({"[Content_Types].xml": "<Types/>", "word/embeddings/a.bin": "a_\0V\0B\0A\0_\0P\0R\0O\0J\0E\0C\0T\0"}),
    ],
    ids=range(46),
)
async def test_content_is_judged_under_a_harmless_name(content: bytes) -> None:
    for name in ("notes.txt", "report.doc", "photo.jpg"):
        for size in (3, 1000, 100_000):
            assert not await accepted(content, name, size), name


async def test_embedded_documents_that_are_too_large_to_search_are_refused() -> None:
    bomb = {f"word/embeddings/{number}.bin": "\0" * 20_000_000 for number in range(3)}
    assert not await accepted(archive({"[Content_Types].xml": "<Types/>", **bomb}), "letter.docx", 100_000)


async def test_a_document_with_something_before_its_first_part_is_no_document() -> None:
    for kind in (MACROS, PLAIN):
        assert await kept(b"JUNK" + office(kind), "letter.docx") == ("letter.docx.txt", "text/plain")
        assert not await accepted(b"PK\x03\x04JUNK" + office(kind), "letter.docx")


NAMES = (
    "sxw stw sxg sxc stc sxi sti sxd std sxm oth odm otm odf odb odi oti odt otg"
    " docx dotx xlsx xlsb potx sldx thmx vsdx vssx vstx"
).split()


@pytest.mark.parametrize("ending", NAMES)
async def test_a_document_is_judged_under_every_name_of_a_document(ending: str) -> None:
    name = f"plan.{ending}"
    assert await kept(b"A" * 16 + office(MACROS), name) == (f"{name}.txt", "text/plain")
    assert not await accepted(archive({"Basic/Standard/Module1.xml": "<x/>"}), name)
    assert await accepted(office(PLAIN), name)


async def test_a_font_keeps_its_name() -> None:
    for content in (b"OTTO\0\x0c\0\x80", b"\0\1\0\0\0\x0c\0\x80", b"ttcf\0\2\0\0"):
        for name in ("house.otf", "house.otc"):
            assert (await kept(content * 100, name))[0] == name


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"# Export\nID;Product\nID;PC", "list.csv"),
        (b"ID;Product;Name\n1;x;y\n", "list.csv"),
        (b"<html><body>Hello, this page says: on = 1</body></html>", "page.html"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><path d='M0 0'/></svg>", "logo.svg"),
        (b"<beans><object id='x' onclick='y'/></beans>", "config.xml"),
        (b"INFO <script>alert(1)</script> was removed", "app.log"),
        (b"[Desktop]\nInternetShortcut", "a.ini"),
        (b"{\\rtf1 Hello}", "letter.rtf"),
        (b"not a document", "letter.docx"),
        (b" " * 9000, "blanks.txt"),
        (
            archive({"[Content_Types].xml": "<Types/>", "word/embeddings/Sheet1.dat": "x", "docProps/app.xml": "x"}),
            "a.docx",
        ),
        (archive({"mimetype": "x", "Pictures/1.svm": "x", "Configurations2/accelerator/current.xml": ""}), "a.odt"),
        (b"MZ-123: the printer does not print", "notes.txt"),
        (b"# not a script\n#!/bin/sh", "readme.md"),
        (office(PLAIN), "letter.docx"),
        (archive({"a/setup.exe": "x", "b.txt": "y"}), "files.zip"),
        (archive({"META-INF/MANIFEST.MF": "x", "content.xml": "<y/>"}), "sheet.ods"),
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


KINDS = """
    pl php rb lua fish scpt applescript workflow terminal command msixbundle appxbundle ppkg xpi crx vsix wsb
    rdp udl iqy dqy slk mht mhtml accde mde ade website webloc inetloc theme themepack deskthemepack job snap
    flatpakref flatpak ipa wim swf xla ppa mda shb shs msh osd hlp hpj one onepkg pyzw pyo class war ear ko so
    dylib cdxml psrc msp appcontent-ms searchConnector-ms diagpkg diagcfg perfmoncfg tool action osx vbox ova
    vmdk bas prg mam mar pkg mpkg bgi plg ops msrcincident psdm1 diagpack nsh vxd lib mjs oxt svgz
""".split()
MORE_TRICKS = [
    "run.ps1~", "keys.reg~", "setup.exe_.pdf", "setup.bat.html", "setup.EXE.heic", "x.jar.csv", "x.exe%00.png",
    "x\u0702exe", "x\u06d4exe", "x.{00021401-0000-0000-C000-000000000046}", "x.exe.~", "x.scr .tiff",
    "x.exe:a.txt:$DATA",
    "x.b\N{COMBINING ACUTE ACCENT}at", "x.ｅ\N{COMBINING ACUTE ACCENT}xe", "x.lnḱ", "x.çmd", "x.ex_", "keys.réġ",
]  # fmt: skip


@pytest.mark.parametrize("name", DISGUISED + BLANKS + MORE_TRICKS + [f"x.{kind}" for kind in KINDS])
def test_no_trick_with_a_name_hides_a_program(name: str) -> None:
    assert named_like_program(name, BLOCKED) or named_like_program(clean_name(name), BLOCKED)


@pytest.mark.parametrize(
    "name",
    [
        "report.pdf",
        "www.example.com.pdf",
        "setup.exe.log",
        "error.ps1.txt",
        "firma.pl.pdf",
        "step.one.docx",
        "call.to.action.pdf",
        "Façade.Übersicht.pdf",
        "root.cer",
        "mail.pst",
        "index.php.png",
        "mail.msg",
        "mail.eml",
        "meeting.ics",
        "server.crt",
        "old.xls",
        "a.bin",
        "{not a class}.txt",
        "50%00 off.pdf",
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
