"""Pages that carry scripts and documents in XML that carry macros are refused."""

import base64
import time
from io import BytesIO

import pytest

from gateway.judge.markup import carries_script

from .test_programs import accepted

SVG = "http://www.w3.org/2000/svg"
WORD = '<?xml version="1.0"?><?mso-application progid="Word.Document"?>'
ODF = '<?xml version="1.0"?><office:document xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0">'
OPC = WORD + '<pkg:package xmlns:pkg="http://schemas.microsoft.com/office/2006/xmlPackage">'
ACTIVE = base64.b64encode(b"ActiveMime" + bytes(20)).decode()


@pytest.mark.parametrize(
    ("content", "name"),
    [
        ('<html><a href="&#106;avascript:alert(1)">x</a>', "p.html"),
        ('<html><a href="&#x000006A;ava&#115;cript:alert(1)">x</a>', "p.html"),
        ('<html><a href="java\tscr\r\nipt:alert(1)">x</a>', "p.html"),
        ('<html><a href="java&Tab;script&colon;alert(1)">x</a>', "p.html"),
        ('<html><a href="java&NewLine;script:alert(1)">x</a>', "p.html"),
        ('<html><a href="j' + "\t" * 9000 + 'avascript:alert(1)">x</a>', "p.html"),
        ('<html><a href="&#' + "0" * 9000 + '106;avascript:alert(1)">x</a>', "p.html"),
        ("<html><x onclick" + " " * 9000 + "=alert(1)>", "p.html"),
        ("<html><body onwebkitcurrentplaybacktargetiswirelesschanged=alert(1)>", "p.html"),
        (f'<?xml version="1.0"?><!DOCTYPE svg [<!ENTITY x "&#60;script>">]><svg xmlns="{SVG}">&x;</svg>', "p.svg"),
        (f'<!DOCTYPE svg [<!ENTITY a "java"><!ENTITY b "script:">]><svg xmlns="{SVG}" x="&a;&b;"/>', "p.svg"),
        (f'<!DOCTYPE svg [<!ATTLIST svg onload CDATA "alert(1)">]><svg xmlns="{SVG}"/>', "p.svg"),
        (f'<!DOCTYPE svg [<!ENTITY % x "y">]><svg xmlns="{SVG}"/>', "p.svg"),
        ('<!DOCTYPE a [<!ENTITY n "http://www.w3.org/1999/">]><a xmlns:h="&n;xhtml"><h:script/></a>', "p.xml"),
        ('<a xmlns:h="http://www.w3.org/1999/xhtm&#108;"><h:script>alert(1)</h:script></a>', "p.xml"),
        ("<!--" + "x" * 9000 + '--><a><h:script xmlns:h="http://www.w3.org/1999/xhtml"/></a>', "late.xml"),
        ('<a><h-1.ä:script xmlns:h-1.ä="http://www.w3.org/1999/xhtml">alert(1)</h-1.ä:script></a>', "p.xml"),
        ('<?xml-stylesheet type="text/xsl" href="#s"?><a><x xmlns="http://www.w3.org/1999/XSL/Transform"/>', "p.xml"),
        (ODF + "<office:scripts><ooo:source-code>Sub Main</ooo:source-code></office:scripts>", "flat.fodt"),
        (ODF.replace("opendocument", "open&#100;ocument") + "<m:source-code>x</m:source-code>", "flat.xml"),
        (ODF + "<draw:object-ole><office:binary-data>AAAA</office:binary-data></draw:object-ole>", "flat.doc"),
        (WORD + f'<w:docSuppData><w:binData w:name="editdata.mso">{ACTIVE}</w:binData></w:docSuppData>', "w.xml"),
        (WORD + "<w:docOleData><w:binData>AAAA</w:binData></w:docOleData>", "w.doc"),
        (OPC + '<pkg:part pkg:contentType="application/vnd.ms-office.vbaProject"/>', "w.xml"),
        (OPC + '<pkg:part pkg:contentType="application/vnd.ms-office.vba&#80;roject"/>', "w.doc"),
        (OPC + '<pkg:part pkg:name="/word/embeddings/oleObject1.bin"/>', "w.xml"),
        (f"MIME-Version: 1.0\nContent-Type: multipart/related; boundary=x\n\n--x\n\n{ACTIVE}\n--x--", "m.doc"),
        ("\n\nmime-version : 1.0\nContent-Type: multipart/related\n\n=41ctiveMime", "m.xls"),
    ],
    ids=range(28),
)
async def test_scripts_and_macros_in_text_are_found(content: str, name: str) -> None:
    for encoding in ("utf-8", "utf-16"):
        assert not await accepted(content.encode(encoding), name, 1000), encoding


@pytest.mark.parametrize(
    ("content", "name"),
    [
        ("<html><b>Hello</b> &amp; good day &#8211; &colon; &#106;ava is a language</html>", "p.html"),
        (
            f'<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/x.dtd" [<!ENTITY ns_svg "{SVG}">'
            '<!ENTITY ns_x "http://www.w3.org/1999/xlink">]><svg xmlns="&ns_svg;" xmlns:xlink="&ns_x;"/>',
            "illustrator.svg",
        ),
        (f'<svg xmlns="{SVG}"><image href="data:image/png;base64,iVBO"/><text>a &lt; b</text></svg>', "p.svg"),
        ('<!DOCTYPE book [<!ENTITY product "Trackline"><!ENTITY % x SYSTEM "x">]><book>&product; 1</book>', "d.xml"),
        ('<?xml-stylesheet type="text/xsl" href="invoice.xsl"?><a>1999/XSL/Transform</a>', "invoice.xml"),
        ('<beans xmlns="http://x.example/?a=1&amp;b=2"><object id="x" onclick="y"/></beans>', "config.xml"),
        (ODF + '<office:scripts><o:library-embedded o:name="Standard"/></office:scripts>', "flat.fodt"),
        (WORD + '<w:wordDocument w:macrosPresent="no"><w:binData>AAAA</w:binData></w:wordDocument>', "w.xml"),
        (OPC + '<pkg:part pkg:name="/word/media/image1.png"/>', "w.xml"),
        ("MIME-Version: 1.0\nContent-Type: multipart/related\n\nHello", "mail.eml"),
        ("MIME-Version: 1.0\nContent-Type: multipart/related\n\nHello", "mail.txt"),
        ("<34>Oct 11 host: " + "x" * 9000 + "<html><script>", "sys.log"),
        ("<?xml version='1.0'?>" + "x" * 9000 + "<html><script>", "soap.log"),
    ],
    ids=range(13),
)
async def test_ordinary_texts_pass(content: str, name: str) -> None:
    assert await accepted(content.encode(), name)


HOSTILE = """&#106; &Tab; <!ENTITY <!ENTITY\ta\t" xmlns xmlns=' \tonclick <a:b &a; <?xml-stylesheet href=href data:
    \n\t <aaaa :script &#0000 "on""".split(" ")


@pytest.mark.parametrize("piece", [piece for piece in HOSTILE if piece])
def test_the_time_grows_with_the_size_only(piece: str) -> None:
    def seconds(size: int) -> float:
        start = time.thread_time()
        carries_script(b"<html>", "p.html", BytesIO(b"<!ENTITY a 'b'>" + (piece.encode() * size)[:size]))
        return time.thread_time() - start

    # Quadratic, the larger one would take a hundred times as long.
    assert seconds(200_000) < 30 * seconds(20_000) + 1
