"""Programs and macros inside documents are refused, and documents with ordinary contents are not."""

import struct

import pytest

from .made import (
    MACROS,
    WINDOWS_PROGRAM,
    archive,
    binary_workbook,
    compound,
    letter,
    open_letter,
    package,
    packed,
    presentation,
    with_large_directory,
)
from .test_programs import accepted, verdict

VBA = compound({"_VBA_PROJECT": b"x" * 3000, "dir": b"y"})
SHEET = letter({"xl/workbook.xml": "<x/>"})
WITH_MACROS = letter({"word/vbaProject.bin": VBA}, MACROS)
# the place of its header stands at byte 60, as a linker writes it
LINKED_PROGRAM = b"MZ" + bytes(58) + struct.pack("<I", 128) + bytes(64) + b"PE\0\0L\x01" + bytes(500)
PDF = b"%PDF-1.7\n" + bytes(800)


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (letter({"word/embeddings/oleObject1.bin": packed("invoice.exe", WINDOWS_PROGRAM)}), "a.docx"),
        (letter({"xl/embeddings/oleObject1.bin": packed("invoice.exe", WINDOWS_PROGRAM)}), "a.xlsx"),
        (packed("invoice.exe", WINDOWS_PROGRAM), "a.doc"),
        # only the bytes say it, or only the name
        (packed("invoice.pdf", WINDOWS_PROGRAM), "a.doc"),
        (packed("invoice.js", b"WScript.Echo(1)"), "a.xls"),
        (packed("notes.txt", b"#!/bin/sh\nid"), "a.ppt"),
        (compound({"\x01Ole10Native": package("run.vbs", b"x")}, is_short=True), "a.doc"),
        (compound({"\x01oLE10nATIVE": package("run.vbs", b"x")}), "a.doc"),
        (compound({"\x01Ole10Native": b"\1\2\3\4" + bytes(90) + LINKED_PROGRAM}), "a.doc"),
        (packed("letter.doc", VBA), "a.doc"),
        (packed("letter.docx", WITH_MACROS), "a.doc"),
        (open_letter({"Object 1": packed("invoice.exe", WINDOWS_PROGRAM)}), "a.odt"),
        (letter({"word/embeddings/Document1.docx": WITH_MACROS}), "a.docx"),
        (letter({"word/anything.dat": WITH_MACROS}), "a.docx"),
        (letter({"word/embeddings/a.docx": letter({"word/embeddings/b.docx": WITH_MACROS})}), "a.docx"),
        (letter({"word/embeddings/oleObject2.bin": compound({"Package": WITH_MACROS})}), "a.docx"),
        (compound({"Package": letter({}, MACROS)}, is_short=True), "a.xls"),
        (letter({"word/media/image1.png": WINDOWS_PROGRAM}), "a.docx"),
        (letter({"word/embeddings/thing.dat": WINDOWS_PROGRAM}), "a.docx"),
        (presentation(VBA), "talk.ppt"),
        (presentation(packed("invoice.exe", WINDOWS_PROGRAM)), "talk.ppt"),
        (compound({"PowerPoint Document": struct.pack("<HHI", 0, 0x1011, len(VBA)) + VBA}), "talk.pps"),
        (open_letter({"Object 1/Basic/Standard/Module1.xml": "<x/>"}), "a.odt"),
        (open_letter({"Object 1\\Basic\\Standard\\Module1.xml": "<x/>"}), "a.odt"),
        (open_letter({"Object 1/Scripts/python/x.txt": "import os"}), "a.odt"),
        (archive({"META-INF/manifest.xml": "<x/>", "Basic/Standard/Module1.xml": "<x/>"}), "a.bin"),
        (archive({"content.xml": "<x/>", "Basic/Standard/Module1.xml": "<x/>"}), "a.odt"),
        (archive({"content.xml": "<x/>", "Basic/a line\nbreak/Module1.xml": "<x/>"}), "a.odt"),
        (bytes(40_000) + b"conectix" + bytes(504), "disk.dat"),
        (bytes(40_000) + b"conectix" + bytes(503), "disk.dat"),
    ],
    ids=range(30),
)
async def test_what_a_document_holds_is_judged(content: bytes, name: str) -> None:
    for size in (1000, 100_000):
        assert not await accepted(content, name, size)


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (archive({"scripts/readme.txt": "Hello"}), "logs.zip"),
        (archive({"Basic/data.xml": "<a/>"}), "project.zip"),
        (archive({"xl/vbaProject.bin": VBA}), "parts.zip"),
        (archive({"tool/setup.exe": WINDOWS_PROGRAM, "scripts/run.js": "x"}), "tool.zip"),
        (archive({"letter.docm": WITH_MACROS}), "letters.zip"),
        (letter({"word/embeddings/Sheet1.xlsx": SHEET, "word/media/image1.png": b"\x89PNG\r\n\x1a\n"}), "a.docx"),
        (letter({"word/embeddings/oleObject1.bin": packed("invoice.pdf", PDF)}), "a.docx"),
        (letter({"word/embeddings/oleObject1.bin": packed("tools.zip", archive({"a.exe": "x"}))}), "a.docx"),
        (letter({"word/embeddings/oleObject1.bin": compound({"Equation Native": b"x" * 90}, is_short=True)}), "a.docx"),
        (packed("C:\\Users\\john.com\\report.pdf", PDF), "a.doc"),
        (compound({"\x01Ole10Native": struct.pack("<I", 900) + b"BM" + bytes(900)}), "a.doc"),
        (compound({"WordDocument": b"MZ is written without a program" * 90, "1Table": bytes(5000)}), "a.doc"),
        (presentation(packed("notes.txt", b"Hello")), "talk.ppt"),
        (presentation(b"no object")[:3000], "talk.ppt"),
        (open_letter({"Object 1/content.xml": "<x/>", "ObjectReplacements/Object 1": b"x", "Scripts": ""}), "a.odt"),
        (open_letter({"Pictures/basic.svg": "<svg/>"}), "a.odt"),
    ],
    ids=range(16),
)
async def test_ordinary_contents_pass(content: bytes, name: str) -> None:
    assert await accepted(content, name, 100_000)


SHEET_TYPE = "<Override PartName='/xl/{}.bin' ContentType='application/vnd.ms-excel.macrosheet'/>"
RELATION = "<Relationship Type='http://schemas.microsoft.com/office/2006/relationships/{}' Target='x.bin'/>"


async def test_a_binary_workbook_is_refused_only_with_macros() -> None:
    assert await accepted(binary_workbook({}), "a.xlsb")
    assert await accepted(letter({"xl/embeddings/Sheet1.xlsb": binary_workbook({})}), "a.docx")
    for content in (
        binary_workbook({"xl/vbaProject.bin": VBA}),
        binary_workbook({"xl/other.bin": VBA}, "<Override ContentType='application/vnd.ms-office.vbaProject'/>"),
        binary_workbook({"xl/macrosheets/sheet2.bin": b"x"}),
        binary_workbook({"xl/other.bin": b"x"}, SHEET_TYPE.format("other")),
        binary_workbook({}, "<Override ContentType='application/vnd.ms-excel.intlmacrosheet'/>"),
        binary_workbook({}, "<Override ContentType='application/vnd.ms-excel.sheet.macroEnabled.main+xml'/>"),
        binary_workbook({"xl/_rels/workbook.bin.rels": RELATION.format("xlMacrosheet")}),
        binary_workbook({"xl/_rels/workbook.bin.rels": RELATION.format("xlIntlMacrosheet").encode("utf-16")}),
        binary_workbook({"xl/_rels/workbook.bin.rels": RELATION.format("vba&#80;roject")}),
    ):
        assert not await accepted(content, "a.xlsb")
        assert not await accepted(letter({"xl/embeddings/Sheet1.xlsb": content}), "a.docx")


async def test_the_directory_of_a_large_archive_is_read() -> None:
    for name in ("a.xps", "a.docx", "a.odt"):
        assert await accepted(with_large_directory(letter({})), name)
        assert not await accepted(with_large_directory(WITH_MACROS), name)


async def test_a_directory_that_is_too_large_is_not_read() -> None:
    many = archive({"[Content_Types].xml": "<Types/>", **{f"{number:09}" + "x" * 990: b"" for number in range(1000)}})
    assert await verdict(many, "a.docx") == await verdict(with_large_directory(many), "a.docx") == "file_holds_too_much"


async def test_documents_too_deep_in_one_another_are_refused() -> None:
    nested = SHEET
    for _ in range(5):
        nested = letter({"word/embeddings/a.docx": nested})
    assert await accepted(nested, "a.docx", 100_000)
    assert not await accepted(letter({"word/embeddings/a.docx": nested}), "a.docx", 100_000)


async def test_streams_that_share_their_sectors_end_the_search() -> None:
    streams = {f"Data{number}": bytes(4096) for number in range(12)}
    whole = bytearray(compound(streams))
    # Each stream says that it is as large as the file, and each sector is followed by the first one.
    table = len(whole) - 512
    whole[table:] = struct.pack("<128I", *[0] * 128)
    assert await accepted(bytes(whole), "a.doc", 100_000)


async def test_objects_that_unpack_to_too_much_are_refused() -> None:
    assert not await accepted(presentation(bytes(60_000_000)), "talk.ppt", 100_000)
