"""HTML of a mail is safe to show, loads nothing by itself, and is divided like plain text."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from gateway.mail_reading.mail import Fold, Mail

from .mails import html, mail, parts

PICTURE = "Content-Type: image/png\nContent-ID: <logo@x>\nContent-Transfer-Encoding: base64\n\niVBORw0KGgo="


def shown(found: Mail) -> str:
    return "".join(part.content for part in found.html_parts)


def visible(body: str) -> str:
    own = "".join(part.content for part in html(body).html_parts if part.fold is Fold.OWN)
    return " ".join(re.sub(r"<[^>]*>", " ", own).split())


HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<a href='javascript:alert(1)'>x</a>",
    "<a href='data:text/html,x'>x</a>",
    "<svg><script>alert(1)</script></svg>",
    "<math><mi xlink:href='javascript:alert(1)'>x</mi></math>",
    "<iframe src='https://example.org'></iframe>",
    "<form action='https://example.org'><input name=a><button>x</button></form>",
    "<style>@import 'https://example.org';</style>",
    "<p style='background:url(https://example.org/x)'>x</p>",
    "<table background='https://example.org/x'><tr><td background='https://example.org/x'>x</td></tr></table>",
    "<link rel=stylesheet href='https://example.org'>",
    "<base href='https://example.org'>",
    "<meta http-equiv=refresh content='0;https://example.org'>",
    "<video src='https://example.org' poster='https://example.org'></video>",
    "<object data='https://example.org'></object><embed src='https://example.org'>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'></noscript>",
    "<span data-remote-image='javascript:alert(1)'>x</span>",
    "<img data-attachment=0 srcset='https://example.org 1x'>",
    "<p id=x class=toast data-live=1 hx-get='/'>x</p>",
    "<a title='\"><script>alert(1)</script>' href='https://example.org/\"><script>'>x</a>",
    "<img alt='\"><script>alert(1)</script>' src='https://example.org/x.png'>",
    "<!--><img src=x onerror=alert(1)>-->",
    "<select><option><style></option></select></style><img src=x onerror=alert(1)>",
]
ALLOWED = {
    "href": r"(https?:|mailto:)", "title": "", "alt": "", "colspan": "", "rowspan": "", "start": "", "tabindex": "0$",
    "rel": "noopener noreferrer$", "data-attachment": r"\d+$", "data-remote-image": "https?://",
}  # fmt: skip


def assert_safe(text: str) -> None:
    for node in LexborHTMLParser(f"<body>{text}</body>").css("body *"):
        assert node.tag not in (
            "script",
            "style",
            "iframe",
            "svg",
            "math",
            "form",
            "input",
            "link",
            "base",
            "meta",
            "object",
        )
        for name, value in node.attributes.items():
            assert name in ALLOWED
            assert re.match(ALLOWED[name], value or "", re.IGNORECASE)


@pytest.mark.parametrize("body", HOSTILE)
def test_nothing_runs_and_nothing_is_loaded(body: str) -> None:
    assert_safe(shown(html(f"<p>Hello</p>{body}<p>Bye</p>")))


@given(
    st.lists(
        st.sampled_from(HOSTILE) | st.sampled_from("</p> <p> </table> <table> <td> </svg> <svg> <!-- --> x".split()),
        max_size=8,
    )
)
def test_nothing_runs_in_any_order(pieces: list[str]) -> None:
    assert_safe(shown(html("".join(pieces))))


def test_a_picture_of_the_mail_names_its_attachment() -> None:
    body = 'Content-Type: text/html\n\n<p>See <img src="cid:LOGO@x" alt="our logo"></p>'
    found = mail(parts("related", body, PICTURE))
    assert shown(found) == '<p>See <img data-attachment="0" alt="our logo"></p>'
    assert found.attachments[0].inline


def test_a_picture_in_the_html_becomes_an_attachment() -> None:
    found = html('<p><img src="data:image/png;base64,iVBO\nRw0KGgo="></p>')
    assert shown(found) == '<p><img data-attachment="0" alt="image-1.png"></p>'
    (one,) = found.attachments
    assert (one.content, one.media_type, one.inline) == (b"\x89PNG\r\n\x1a\n", "image/png", True)


def test_an_attachment_that_the_html_does_not_show_is_not_inline() -> None:
    found = mail(parts("mixed", "Content-Type: text/html\n\n<p>See</p>", PICTURE))
    assert not found.attachments[0].inline


@pytest.mark.parametrize(
    "source", ["https://example.org/a.png", "http://example.org/a.png?x=1&y=2", "//example.org/a.png"]
)
def test_a_picture_elsewhere_is_an_address_that_nothing_loads(source: str) -> None:
    address = source if source.startswith("http") else f"https:{source}"
    escaped = address.replace("&", "&amp;")
    assert (
        shown(html(f'<p><img src="{source}" alt="chart"></p>'))
        == f'<p><span data-remote-image="{escaped}">chart</span></p>'
    )


@pytest.mark.parametrize("size", ["width=1", "height='0'", "width=1px height=20"])
def test_a_dot_that_only_tells_that_somebody_reads_is_nothing(size: str) -> None:
    assert "example.org" not in shown(html(f'<p>Hi <img src="https://example.org/t.gif" {size}></p>'))


OWN = "<p>The printer works.</p>"
QUOTES = {
    "Gmail": '<div class="gmail_quote"><div class="gmail_attr">On Tue, 5 Mar 2024 at 10:12, '
    'Ann &lt;<a href="mailto:a@x.org">a@x.org</a>&gt; wrote:<br></div>'
    '<blockquote class="gmail_quote">Quoted</blockquote></div>',
    "Outlook": '<div id="appendonsend"></div><hr><div id="divRplyFwdMsg"><b>From:</b> Ann<br><b>Sent:</b> 5 March</div>'
    "<div>Quoted</div>",
    "Outlook without a block": '<div id="appendonsend"></div><br><div>Quoted</div>',
    "Outlook in another mail": '<div id="x_divRplyFwdMsg"><b>Whoever:</b> Ann</div><div>Quoted</div>',
    "Outlook of Word": "<div style='border:none;border-top:solid #E1E1E1 1.0pt'><p class=MsoNormal><b>Von:</b>"
    " Ann &lt;a@x.org&gt;<br><b>Gesendet:</b> Dienstag, 5. März 2024<br><b>An:</b> Ben<br>"
    "<b>Betreff:</b> Drucker</p></div><p>Quoted</p>",
    "a line and two headers": "<hr><p><b>From:</b> Ann<br><b>Sent:</b> 5 March</p><p>Quoted</p>",
    "Windows Mail": "<div style='border-top: 1px solid gray'><b>От:</b> Ann<br><b>Отправлено:</b> 5<br>"
    "<b>Кому:</b> Ben</div><p>Quoted</p>",
    "Thunderbird": '<div class="moz-cite-prefix">Am 05.03.24 um 10:12 schrieb Ann:<br></div>'
    '<blockquote type="cite">Quoted</blockquote>',
    "Apple": '<div><blockquote type="cite"><div>On 5 Mar 2024, at 10:12, Ann wrote:</div>'
    "<div>Quoted</div></blockquote></div>",
    "Yahoo": '<div class="yahoo_quoted"><div>On Tuesday, Ann wrote:</div><div>Quoted</div></div>',
    "Proton": '<div class="protonmail_quote">On Tuesday Ann wrote:<br><blockquote>Quoted</blockquote></div>',
    "a table of headers": "<table><tr><td>From:</td><td>a@x.org</td></tr>"
    "<tr><td>Date:</td><td>5 March</td></tr><tr><td>Subject:</td><td>Printer</td></tr></table><p>Quoted</p>",
    "plain marks": "<p>On Tue, 5 Mar 2024 at 10:12, Ann &lt;a@x.org&gt; wrote:<br>&gt; Quoted<br>&gt;&gt; Older</p>",
}  # fmt: skip


@pytest.mark.parametrize("program", QUOTES)
def test_a_quote_is_folded_and_not_cut(program: str) -> None:
    found = html(OWN + QUOTES[program])
    assert "Quoted" in shown(found)
    assert visible(OWN + QUOTES[program]) == "The printer works."
    assert visible(f"<b>The</b> printer works.{QUOTES[program]}") == "The printer works."


def test_answers_between_quotes_are_visible() -> None:
    body = "<blockquote>One?</blockquote><p>Yes.</p><blockquote>Two?</blockquote><p>No.</p>"
    assert visible(body) == "Yes. No."


@pytest.mark.parametrize(
    "mark", ['class="gmail_signature"', 'class="moz-signature"', 'id="Signature"', "data-signatureblock=true"]
)
def test_a_signature_that_a_program_marked_is_folded(mark: str) -> None:
    assert visible(f"{OWN}<div {mark}>Ben Oak<br>Example Ltd</div>") == "The printer works."


def test_a_part_is_whole_html() -> None:
    found = html(f"<table><tr><td><b>Mine</b>{QUOTES['Apple']}<i>Below</i></td></tr></table>")
    for part in found.html_parts:
        tree = LexborHTMLParser(part.content)
        assert tree.css_first("table td") is not None
        assert part.content.count("<td>") == part.content.count("</td>")
    assert [part.fold for part in found.html_parts] == [Fold.OWN, Fold.QUOTE, Fold.OWN]


def test_the_text_of_html_has_its_lines_and_marks_of_quotes() -> None:
    found = html("<p>One<br>two</p><ul><li>three</li></ul><pre>a\n  b</pre><blockquote>four</blockquote>")
    assert found.text.split("\n") == ["One", "two", "three", "a", "b", "> four"]
    assert found.text_parts[-1].fold is Fold.QUOTE


def test_ends_that_nobody_writes_make_html_no_deeper() -> None:
    assert html("<ul>" + "<li><p>x" * 2000 + "</ul>").html_parts


def test_elements_without_an_end_make_html_deeper() -> None:
    assert html("<div/>" * 501 + "Hello").html_parts == ()
