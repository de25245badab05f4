"""No file holds the gateway, and a file in a document is judged like an upload of its name."""

import asyncio
import base64
import resource
import time
import zipfile
from collections.abc import Callable, Mapping

import pytest

from gateway.files.inspection import Inspection
from gateway.judge import process
from gateway.judge.process import Judges

from . import hostile
from .made import archive, compound, letter, open_letter, packed, presentation
from .test_programs import BLOCKED, accepted, kept, verdict

RTF = b"{\\rtf1{\\object\\objemb{\\*\\objdata 0105}}}"
PAGE = b"<html><script>alert(1)</script></html>"
SVG = b"<svg xmlns='http://www.w3.org/2000/svg'><script>1</script></svg>"
XML = "<?xml version='1.0'?><office:document xmlns:office='urn:oasis:names:tc:opendocument:xmlns:office:1.0'>{}</a>"
EVENT = XML.format("<a xlink:href='vnd.sun.star.script:a.py$x?language=Python'/>")
MACROS = XML.format("<script:source-code>x</script:source-code>")
MAIL = b"MIME-Version: 1.0\nContent-Type: multipart/related\n\nx"
DISK = bytes(32_769) + b"CD001" + bytes(2000)
WORD = b"<?xml version='1.0'?><?mso-application progid='Word.Document'?><w:docSuppData><w:binData>AAAA</w:binData>"
DRAGGED = {
    "x.rtf": RTF, "x.fodt": MACROS.encode(), "x.doc": MAIL, "disk.dat": DISK, "x.mht": MAIL, "y.xls": PAGE,
    "y.odt": open_letter({"content.xml": EVENT}), "y.docx": MACROS.encode(), "x.html": PAGE, "x.svg": SVG,
    "word.xml": WORD, "wide.xml": WORD.decode().encode("utf-16"), "y.xml": SVG, "x.unknown": b"\n" + PAGE, "page": PAGE,
    "style.xsl": b"<x/>",
}  # fmt: skip
PARTS = {
    "word/afchunk.rtf": RTF, "word/afchunk.dat": RTF, "word/embeddings/x.rtf": b"\r\n" + RTF, "word/afchunk.doc": MAIL,
    "word/disk.dat": DISK, "word/y.docx": letter({"word/x.rtf": RTF}), "word/embeddings/y.xls": PAGE,
}  # fmt: skip


@pytest.mark.parametrize("name", DRAGGED)
async def test_what_somebody_dragged_into_a_document_is_judged(name: str) -> None:
    content = packed(name, DRAGGED[name])
    # Alone, some of these are kept as text. In a document they keep their name.
    assert (await kept(DRAGGED[name], name))[0] in ("file_is_program", f"{name}.txt")
    for whole, document in (
        (content, "a.doc"),
        (letter({"word/embeddings/oleObject1.bin": content}), "a.docx"),
        (open_letter({"Object 1": content}), "a.odt"),
        (presentation(content), "a.ppt"),
    ):
        assert await verdict(whole, document) == "file_is_program", document


@pytest.mark.parametrize("name", PARTS)
async def test_a_part_of_a_document_is_judged(name: str) -> None:
    for method in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        assert await verdict(letter({name: PARTS[name]}), "a.docx") == "file_is_program", method
    assert await verdict(open_letter({name: PARTS[name]}), "a.odt") == "file_is_program"


async def test_the_markup_of_a_document_passes() -> None:
    for content, name in ((PAGE, "x.html"), (SVG, "x.svg"), (SVG, "x.xml"), (WORD, "x.xml"), (PAGE, "x.unknown")):
        assert not await verdict(letter({f"word/{name}": content}), "a.docx"), name
        assert not await verdict(open_letter({f"Pictures/{name}": content}), "a.odt"), name


async def test_a_text_that_somebody_dragged_into_a_document_may_quote_markup() -> None:
    for name in ("x.txt", "server.log", "x.json", "mail.eml"):
        for content in (PAGE, WORD):
            assert not await verdict(packed(name, content), "a.doc"), name
            assert not await verdict(letter({"word/embeddings/oleObject1.bin": packed(name, content)}), "a.docx"), name


CALL_IN_UTF_7 = XML.format("<a xlink:href='+AHY-nd.sun.star.script:a.py$x?language=Python'/>")
OPEN = {
    "a call": EVENT,
    "source code": MACROS,
    "a call with a reference": EVENT.replace("script:", "s&#99;ript:"),
    "a call of an installed macro": XML.format('<a xlink:href=" macro:///Standard.Module1.Main()"/>'),
    "a call by an entity": "<!DOCTYPE d [<!ENTITY s 'script:'>]>" + EVENT.replace("script:", "&s;"),
    "a call by a default": "<!DOCTYPE a [<!ATTLIST a href CDATA 'macro:///Standard.Module1.Main()'>]><a/>",
    "a part that cannot be parsed": EVENT.removesuffix("</a>"),
    "another prefix": MACROS.replace("script:", "\u0a0a:"),
    **{
        f"the encoding {name}": EVENT.replace("version='1.0'", f"version='1.0' encoding='{name}'")
        for name in ("utf-7", "cp037", "iso-2022-jp", "hz", "unknown")
    },
    "an encoding behind blanks": f"<?xml version='1.0'{' ' * 300}encoding='utf-7'?>{CALL_IN_UTF_7}",
    "an encoding behind another sign >": f"<?xml version='>' encoding='utf-7'?>{CALL_IN_UTF_7}",
    "a text before the markup": f"+{CALL_IN_UTF_7}",
    "a default for each of many elements": "<!DOCTYPE a [<!ATTLIST b c CDATA 'd'>]><a><b/></a>",
}


@pytest.mark.parametrize("kind", OPEN)
async def test_a_part_of_an_open_document_has_no_macros(kind: str) -> None:
    for name in ("content.xml", "styles.xml", "Object 1/content.xml", "Configurations2/menubar/menubar.xml"):
        for encoding in ("utf-8", "utf-16"):
            content = OPEN[kind].encode(encoding)
            assert await verdict(open_letter({name: content}), "a.odt") == "file_is_program", (name, encoding)
            assert await verdict(archive({"META-INF/manifest.xml": "<x/>", name: content}), "a") == "file_is_program"
    assert await verdict(archive({"content.xml": OPEN[kind]}), "a.odt") == "file_is_program"


@pytest.mark.parametrize("encoding", ["cp037", "cp500", "cp1140"])
async def test_no_open_document_is_written_in_letters_of_a_mainframe(encoding: str) -> None:
    content = EVENT.replace("version='1.0'", f"version='1.0' encoding='{encoding}'").encode(encoding)
    assert await verdict(open_letter({"content.xml": content}), "a.odt") == "file_is_program"


BEGINNINGS = {
    "": b"", "blanks": b" \r\n", "a mark": "\ufeff".encode(), "blanks before it": b"\n\n<x/>", "an element": b"<x/>",
    "a comment": b"<!-- x --><x/>", "a style sheet": b"<?xml-stylesheet href='a'?><x/>",
    "all of a declaration": b'<?xml version = "1.0"\n encoding = "UTF-8"\n standalone = "yes" ?>\n<x/>',
    "a newer version": b"<?xml version='1.1' standalone='no'?><x/>",
}  # fmt: skip


@pytest.mark.parametrize("kind", BEGINNINGS)
async def test_a_part_of_an_open_document_may_begin_in_several_ways(kind: str) -> None:
    """LibreOffice writes an empty part for the keys of a document."""
    for content in (BEGINNINGS[kind], BEGINNINGS[kind].decode().encode("utf-16")):
        assert not await verdict(open_letter({"Configurations2/accelerator/current.xml": content}), "a.odt")


WORDS = [
    "&#x2F; &#64; &#58; &#115;cript:", "see=\"macro://x\" or ='vnd.sun.star.script:x'",
    "a:source-code is, and byte-code", "<![CDATA[<script:source-code>]]>", "<!-- <script:source-code> macro://x -->",
    "<a title='a > b &#64; c'>macro://x</a>", "<a title='see macro://x' name=\"source-code\"/>",
]  # fmt: skip


@pytest.mark.parametrize("words", WORDS)
async def test_words_of_macros_in_an_open_document_pass(words: str) -> None:
    text = f"<?xml version='1.0'?><x xmlns:a='b'>{words}</x>"
    for content in (text.encode(), text.encode("utf-16"), text.replace("?>", " encoding='koi8-r'?>", 1).encode()):
        assert not await verdict(open_letter({"content.xml": content}), "a.odt")


@pytest.mark.parametrize(
    "encoding", "ASCII us-ascii UTF8 UTF-8 KOI8-R GB2312 Shift_JIS ISO-8859-15 windows-1251".split()
)
async def test_an_open_document_may_have_an_encoding_of_its_own(encoding: str) -> None:
    content = f"<?xml version='1.0' encoding='{encoding}'?><x>Hello</x>"
    assert not await verdict(open_letter({"content.xml": content}), "a.odt")


async def test_an_object_in_a_stream_without_a_name_is_found() -> None:
    assert await verdict(compound({"CONTENTS": RTF}), "a.doc") == "file_is_program"


LIBRE = (
    "<office:document-content xmlns:office='urn:oasis:names:tc:opendocument:xmlns:office:1.0'"
    " xmlns:svg='urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0' xmlns:xhtml='http://www.w3.org/1999/xhtml'>"
    "<office:scripts/><draw:frame><draw:object xlink:href='./Object 1'/><draw:object-ole xlink:href='./Object 2'/>"
    "<svg:title>online = yes, vnd.sun.star.script: and macro: are schemes &amp; macro://x</svg:title></draw:frame></office:document-content>"
)
QUOTED = '<t>&lt;html xmlns="http://www.w3.org/1999/xhtml"&gt; &lt;a onclick="x()" href="javascript:x"&gt;</t>'


async def test_ordinary_parts_pass() -> None:
    assert not await verdict(open_letter({"content.xml": LIBRE, "styles.xml": LIBRE}), "a.odt")
    assert not await verdict(letter({"xl/sharedStrings.xml": f"<?xml version='1.0'?><sst>{QUOTED}</sst>"}), "a.xlsx")
    html = compound({"__substg1.0_10130102": b"<html><body onload='x()'>" + bytes(5000)})
    assert not await verdict(html, "mail.msg")


LINES = [
    b'12:01 upstream answered:\n<html><head><script src="/a.js"></script></head></html>\n',
    b'{"log":{"text":"<html><script>1</script>"}}',
    b"--- a.html\n+<html>\n+<script src='x'></script>\n",
    b"From: a@b.example\nContent-Type: text/html\n\n<html><body onload='x()'>hi</body></html>",
    b"# Notes\n\nA shortcut has these lines:\n\n[Desktop Entry]\nExec=x\n\n<hta:application>\n<svg onload=x>",
    b"<34>Oct 11 host: <html><script>\n",
]
TEXTS = ("error.log", "x.har", "x.diff", "x.txt", "x.md", "x.eml", "trace", "x.log.1", "x.patch", "config.yaml")


@pytest.mark.parametrize("name", TEXTS)
@pytest.mark.parametrize("content", LINES, ids=range(6))
async def test_evidence_that_quotes_pages_passes(content: bytes, name: str) -> None:
    for before in (b"", b"#" * 9000 + b"\n"):
        assert not await verdict(before + content, name), before[:1]


async def test_a_page_in_an_archive_passes() -> None:
    stored = hostile.packed_by(zipfile.ZIP_STORED, 0).replace(b"[Content_Types].xml", b"a file in the archi")
    for content in (archive({"page.html": PAGE}), stored):
        assert not await verdict(content, "pages.zip")
    assert not await verdict(stored[:60] + PAGE + stored[60:], "pages.zip")


# The gateway's own process is watched, and the process that judges has limits of its own.


@pytest.mark.parametrize("method", hostile.METHODS)
async def test_other_methods_of_packing_are_refused(method: str) -> None:
    assert await verdict(hostile.packed_by(hostile.METHODS[method], 1000), "a.docx") == "file_is_program"


COSTLY: Mapping[str, Callable[[], bytes]] = {
    "many defaults for many elements": lambda: open_letter({"content.xml": hostile.with_defaults(3000, 60_000)}),
    "one block of bzip2": lambda: hostile.one_block_of_bzip2(200_000_000),
    "many parts of lzma": lambda: hostile.packed_by(zipfile.ZIP_LZMA, 40_000_000, 3),
    "deflated parts": lambda: letter({f"word/{n}.xml": b"<a>" * 5_000_000 for n in range(10)}),
    "documents in one another": hostile.many_parts_in_one_another,
    "a chain of small sectors": lambda: hostile.long_chain(1000, 20_000),
    "packages with long names": hostile.packages_with_long_names,
    "many beginnings of programs": hostile.packages_with_many_beginnings,
    "documents with long names": hostile.documents_with_long_names,
    "relations full of references": lambda: letter({f"{n}.rels": b"&a" * 500_000 for n in range(48)}),
    "a chain of sectors": lambda: hostile.long_chain(4000, 2000, is_small=False),
}


@pytest.mark.parametrize("kind", COSTLY)
async def test_no_file_costs_much_more_than_its_size(kind: str) -> None:
    content = COSTLY[kind]()
    before, memory = resource.getrusage(resource.RUSAGE_CHILDREN), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    own = time.process_time()
    await verdict(content, "a.doc" if "chain" in kind else "a.docx", judges=Judges())
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime < 5
    assert time.process_time() - own < 1
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - memory < 60_000


async def test_a_file_that_holds_too_much_is_refused_with_a_reason_of_its_own() -> None:
    content = COSTLY["deflated parts"]()
    assert await verdict(content, "a.docx") == "file_holds_too_much"
    assert await verdict(content, "a.docx", judges=Judges()) == "file_holds_too_much"
    assert not await verdict(archive({"a.docx": content}), "a.zip")


async def test_a_person_judges_one_file_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    running, go = list[str](), asyncio.Event()

    async def judge(_file: object, name: str) -> tuple[int, str]:
        running.append(name)
        await go.wait()
        return 0, ""

    monkeypatch.setattr(process, "_judge", judge)
    judges, content = Judges(), letter({})

    async def store(name: str, person: str) -> None:
        with Inspection(name, 10_000_000, BLOCKED, judges, person) as inspection:
            inspection.feed(content)
            await inspection.finish()

    eager = [asyncio.create_task(store(f"{number}.docx", "maria")) for number in range(8)]
    await asyncio.sleep(0.01)
    other = asyncio.create_task(store("other.docx", "tom"))
    await asyncio.sleep(0.01)
    assert running == ["0.docx", "other.docx"]
    # Nothing begins for those who left.
    for task in eager[1:]:
        task.cancel()
    go.set()
    await asyncio.gather(other, *eager, return_exceptions=True)
    assert running == ["0.docx", "other.docx"]


async def test_the_process_judges_like_this_one() -> None:
    judges = Judges()
    for content, name in ((letter({}), "a.docx"), (RTF, "Straße ü.rtf"), (letter({"word/x.rtf": RTF}), "a.docx")):
        assert bool(await verdict(content, name, judges=judges)) == bool(await verdict(content, name))
    assert await accepted(base64.b64encode(PAGE), "a.txt")
