"""What a browser or an office program would open as markup is kept as text, byte by byte."""

from collections.abc import Mapping

import pytest

from gateway.files.kinds import clean_name

from .made import archive, compound, letter, packed
from .test_programs import kept, verdict

TEXT = "text/plain"
SVG = "http://www.w3.org/2000/svg"
XHTML = "http://www.w3.org/1999/xhtml"
WORD = '<?xml version="1.0"?><?mso-application progid="Word.Document"?>'
ODF = '<?xml version="1.0"?><office:document xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0">'
MAIL = b"MIME-Version: 1.0\nContent-Type: multipart/related; boundary=x\n\n--x\n\nQWN0aXZlTWltZQ==\n--x--"
SCRIPT = b"<html><script>alert(1)</script></html>"

ENDINGS = """html htm HTML shtml xhtml xht svg SVG xml xsl xslt fodt fods fodp fodg rss atom rdf mathml mml docmhtml
    xlshtml xlthtml dothtml pothtml docxml xlxml pptxml wsdl xsd webarchive""".split()
LOOK_ALIKES = [
    "p.html.", "p.html ", "p.svg . .", "p\N{FULLWIDTH FULL STOP}html", "p\N{ONE DOT LEADER}html", "p.ｈｔｍｌ",
    "p.htḿl", "p.html~", "p.xml_", "p.h\N{ZERO WIDTH SPACE}tml", "p.html%00", "x.txt%00.html", "a.txt:p.html",
    "p.svg\N{NO-BREAK SPACE}", "p.txt.html", "p" * 160 + ".html",
]  # fmt: skip


@pytest.mark.parametrize("name", [f"p.{ending}" for ending in ENDINGS] + LOOK_ALIKES)
async def test_the_name_of_markup_becomes_that_of_a_text(name: str) -> None:
    for content in (b"Hello", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR<script>", b"+ADw-script+AD4-", SCRIPT, bytes(9000)):
        found = await kept(content, name)
        assert found == (clean_name(clean_name(name) + ".txt"), TEXT), content
        assert len(found[0]) <= 150


BEGINNINGS: Mapping[str, str] = {
    "page": "<html><script>alert(1)</script>",
    "type": "<!DOCTYPE html><p>",
    "comment": "<!-- notes --><script>alert(1)</script>",
    "element": "<script>alert(1)</script>",
    "application": "<html><HTA:Application id=x>",
    "XML": "<?xml version='1.0'?><a/>",
    "picture": f"<svg xmlns='{SVG}' onload='alert(1)'/>",
    "prefix": f"<h:r xmlns:h='{XHTML}'><h:script>alert(1)</h:script></h:r>",
    "letter": f"<ä:r xmlns:ä='{XHTML}'><ä:script>alert(1)</ä:script></ä:r>",
    "two blanks in one letter": f"<\u0a0a:r xmlns:\u0a0a='{XHTML}'><\u0a0a:script>1</\u0a0a:script></\u0a0a:r>",
    "frame": "<html><frameset><frame src='data:image/svg+xml,<svg onload=1/>'></frameset>",
    "refresh": "<html><meta http-equiv='refresh' content='0;url=data:image/svg+xml;base64,PHN2'>",
    "style sheet": "<?xml version='1.0'?><?xml-stylesheet title='>' type='text/xsl' href='#s'?><d/>",
    "attribute": f"<?xml version='1.0'?><r b='{'x' * 5000}>' xmlns='{XHTML}'><script>1</script></r>",
}
OTHERS = ("x.unknown", "page", "photo.jpg", "a.bin", "report.doc", "x.log.1", "p.html--$DATA", "x.txt~")


@pytest.mark.parametrize("kind", BEGINNINGS)
async def test_what_begins_as_markup_becomes_a_text(kind: str) -> None:
    page = BEGINNINGS[kind]
    for encoding in ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"):
        for before in ("", " \t\r\n\f", "\n" * 9000):
            content = (before + page).encode(encoding)
            for name in OTHERS:
                assert await kept(content, name, 7000) == (f"{name}.txt", TEXT), (encoding, before[:1], name)


BINARY: Mapping[str, bytes] = {
    "video.mov": b"\0\0\0\x3cwide" + bytes(100),
    "film.mp4": b"\0\0\0\x3cmoov" + bytes(100),
    "film.m4v": b"\0\0\0\x3cftypisom" + bytes(100),
    "core.dump": bytes(9000),
    "data.bin": bytes(9000) + SCRIPT,
    "rows.dat": bytes(4) + SCRIPT,
    "erased.rom": b"\xff" * 9000,
}


@pytest.mark.parametrize("name", BINARY)
async def test_a_binary_file_keeps_its_name(name: str) -> None:
    assert (await kept(BINARY[name], name))[0] == name
    # In a document of Office, a page may begin anywhere.
    assert await kept(BINARY[name], "report.doc") == ("report.doc.txt", TEXT)


@pytest.mark.parametrize("encoding", ["iso-2022-jp", "utf-7", "x-unicode-2-0-utf-7", "csUnicode11UTF7", "hz", "cp037"])
async def test_the_encoding_that_markup_names_does_not_matter(encoding: str) -> None:
    for page in (
        f"<html><meta charset={encoding}>+ADw-script+AD4-",
        f"<?xml version='1.0' encoding='{encoding}'?><\x1b$B0\"\x1b(B:svg xmlns:\x1b$B0\"\x1b(B='{SVG}'/>",
    ):
        for name in ("p.svg", "p.xml", "p.html", "p.unknown"):
            assert await kept(page.encode(), name) == (f"{name}.txt", TEXT)
    assert (await kept("<?xml version='1.0' encoding='cp037'?><svg/>".encode("cp037"), "p.xml"))[0] == "p.xml.txt"


SHEETS = [
    b'ID;PWXL;N;E\nC;Y1;X1;EEXEC("calc")\n', b"ID;P\nP;EArial\nO;E\n", b"ID;PSCALC3\nP;FGeneral\nO;E\n",
    b"ID;P\rO;E\rC;X1", b"ID;P\n\nO;E\n", b"ID;P" + b"x" * 101 + b"\nO;E\n", b"ID;E;P\n", b"ID;N;E\nO;E\n",
    b"ID;\nO;E\n",
]  # fmt: skip


@pytest.mark.parametrize("sheet", SHEETS, ids=range(9))
async def test_a_sheet_that_has_formulas_becomes_a_text(sheet: bytes) -> None:
    for content in (sheet, b"\xef\xbb\xbf" + sheet, sheet.decode().encode("utf-16")):
        for name in ("list.csv", "LIST.CSV", "list.tsv", "report.xls", "photo.jpg", "list"):
            assert await kept(content, name) == (f"{name}.txt", TEXT), name
        for name in ("list.txt", "error.log", "list.csv.txt"):
            assert (await kept(content, name))[0] == name
    assert (await kept(sheet, "list.txt"))[1] == TEXT
    assert await verdict(packed("list.csv", sheet), "a.doc") == "file_is_program"


async def test_a_table_keeps_its_name() -> None:
    for content in (
        b"# Export\nID;Product\nID;PC",
        b"Nr;ID;P\n1;2;3\n",
        b"id;product\n1;x\n",
        b"ID,P\n1,x\n",
        b'"ID";P\n1;x\n',
    ):
        assert (await kept(content, "list.csv"))[0] == "list.csv", content


IN_OFFICE: Mapping[str, bytes] = {
    "a page": SCRIPT,
    "a page behind words": b"Table of May\n\n<html><table>",
    "a table": b"a <table><tr><td>1",
    "a body": b"x\n<body onload=1>",
    "words": b"Name\tAge\nAnna\t30\n",
    "a web archive with a folded line": b"Content-Type:\r\n multipart/related\n\nx",
    "a web archive behind a PDF": b"%PDF-1.7\n" + b"%" * 9000 + b"\n" + MAIL,
    "WordML": (WORD + "<w:docSuppData><w:binData>AAAA</w:binData></w:docSuppData>").encode(),
    "flat OPC": (WORD + '<pkg:package><pkg:part pkg:contentType="application/vnd.ms-office.vba&#80;roject"/>').encode(),
    "a web archive": MAIL,
    "a web archive behind lines": b"\n\nmime-version : 1.0\nContent-Type: multipart/related\n\n=41ctiveMime",
    "OpenDocument": (ODF + "<script:source-code>x</script:source-code>").encode(),
    "a call by an entity": b"<?xml version='1.0'?><!DOCTYPE d [<!ENTITY s 'script:'>]><a href='vnd.sun.star.&s;x'/>",
}


@pytest.mark.parametrize("kind", IN_OFFICE)
async def test_office_opens_no_markup_by_its_own_names(kind: str) -> None:
    for name in "a.doc a.dot a.wiz a.xls a.xlk a.xld a.ppt a.pwz a.rtf a.wbk a.docx a.xlsx a.odt a.fodt".split():
        for content in (IN_OFFICE[kind], IN_OFFICE[kind].decode().encode("utf-16")):
            assert await kept(content, name) == (f"{name}.txt", TEXT), name


EVIDENCE: Mapping[str, bytes] = {
    "TEST-web.xml": b"<?xml version='1.0'?><suite><failure><![CDATA[<html><script src='/a.js'></script>]]></failure>",
    "log4j.xml": b"<log4j:event xmlns:log4j='http://jakarta.apache.org/log4j/'><![CDATA[<html><script>x</script>]]>",
    "soap.xml": b"<?xml version='1.0'?><soap:Body><![CDATA[<html><body onload='x()'>Bad Gateway</body></html>]]>",
    "burp.xml": b"<?xml version='1.0'?><items><![CDATA[HTTP/1.1 200 OK\n\n<html><script>1</script></html>]]></items>",
    "results.jtl": b"<?xml version='1.0'?><testResults><![CDATA[<!DOCTYPE html><html><script>x</script>]]>",
    "feed.xml": b"<?xml version='1.0'?><rss><description>&#60;html&#62;&#60;script src=x&#62;</description></rss>",
    "style.xsl": b"<?xml version='1.0'?><xsl:template match='/'><html><script src='x'/></html></xsl:template>",
    "page.html": SCRIPT,
    "drawing.svg": f"<svg xmlns='{SVG}'><script>1</script></svg>".encode(),
}


@pytest.mark.parametrize("name", EVIDENCE)
async def test_evidence_in_markup_is_kept_as_text(name: str) -> None:
    assert await kept(EVIDENCE[name], name) == (f"{name}.txt", TEXT)


TEXTS = """a.txt a.TXT error.log x.har x.diff x.patch x.json x.csv x.md x.eml config.yaml a.ini a.sql
    p.html.txt p.svg.log""".split()


@pytest.mark.parametrize("name", TEXTS)
async def test_what_opens_as_text_keeps_its_name(name: str) -> None:
    quoting = b"12:01 upstream answered:\n<html><head><script src='/a.js'></script></head></html>\n"
    for content in (quoting, *EVIDENCE.values(), *map(str.encode, BEGINNINGS.values())):
        assert await kept(content, name) == (name, TEXT), content
    assert (await kept(bytes(8192) + b" onclick=1", name))[0] == name
    assert (await kept(MAIL, name))[0] == name


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "screen.png"),
        (b"%PDF-1.7\n<html>", "a.pdf"),
        (b"\xff\xd8\xff\xe1\0\x40Exif\0\0<svg>", "photo.jpg"),
        (b"\0\0\0\x3cftypisom" + bytes(100), "film.mp4"),
        (letter({}), "a.docx"),
        (letter({"x.html": SCRIPT}), "a.doc"),
        (compound({"WordDocument": b"<html>" + bytes(5000)}), "a.doc"),
        (b"{\\rtf1\\fromhtml1 {\\*\\htmltag <html>}", "mail.rtf"),
        (archive({"page.html": SCRIPT}), "pages.zip"),
        (b"a < b\n<html>", "notes"),
        (b"INFO <script>", "x.log.1"),
        (b"\x09\x08\x08\0\0\0\x10\0\0\0\0\0", "table.xls"),
        (b"\x09\0\x04\0\x07\0\x10\0", "table.xls"),
        (b"\xdb\xa5-\0" + bytes(100), "letter.doc"),
        (b"1\xbe\0\0\0\xab" + bytes(100), "letter.wri"),
        (MAIL, "mail"),
        (b" \n\0", "blanks"),
    ],
    ids=range(17),
)
async def test_nothing_else_gets_another_name(content: bytes, name: str) -> None:
    assert (await kept(content, name))[0] == name


async def test_only_a_mail_is_served_as_a_mail() -> None:
    mail = b"Received: from a by b\nFrom: a@b.example\n" + MAIL
    assert (await kept(mail, "mail.eml"))[1] == "message/rfc822"
    for name in ("mail", "mail.log", "mail.txt"):
        assert await kept(mail, name) == (name, TEXT)


async def test_a_program_that_begins_as_markup_is_refused_by_its_name() -> None:
    for name in ("a.hta", "a.mht", "a.js", "page.exe", "p.html.exe", "a.svgz"):
        assert (await kept(SCRIPT, name))[0] == "file_is_program", name


async def test_a_program_under_the_name_of_markup_is_refused() -> None:
    objects = b"{\\rtf1{\\object\\objemb{\\*\\objdata 0105}}}"
    macros = letter({"word/vbaProject.bin": b"x"})
    for content in (b"\x7fELF\x02\x01\x01" + bytes(60), b"#!/bin/sh\nid", objects, macros):
        for name in ("p.html", "p.svg", "p.xml", "p.fodt"):
            assert (await kept(content, name))[0] == "file_is_program", content
