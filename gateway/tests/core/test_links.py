"""Web addresses in what people write."""

import time

import pytest

from gateway.kit import links
from gateway.markdown.html import to_html
from gateway.portal.kit.markup import MOST_LINKS, plain

A, B = "https://a.example/x", "https://b.example/y"
TEXTS = [
    ("https://de.wikipedia.org/wiki/Java_(Insel)", ["https://de.wikipedia.org/wiki/Java_(Insel)"]),
    ("(siehe https://de.wikipedia.org/wiki/Java_(Insel)).", ["https://de.wikipedia.org/wiki/Java_(Insel)"]),
    ("„https://a.example/x“", [A]),
    ("»https://a.example/x«, ‚https://b.example/y‘", [A, B]),
    ("“https://a.example/x”", [A]),
    ('"https://a.example/x"', [A]),
    ("'https://a.example/x'", [A]),
    (f"{A},{B}", [A, B]),
    (f"{A};{B}", [A, B]),
    (f"({A}),({B})", [A, B]),
    (f"'{A}','{B}'", [A, B]),
    (f"{A}, {B}.", [A, B]),
    (f"<{A}>", [A]),
    (f"<{A}|the page>", [A]),
    (f"[the page]({A})", [A]),
    (f"[the page]({A})s", [A]),
    (f"[{A}]", [A]),
    (f"**{A}** and _{B}_", [A, B]),
    (f"Is it {A}?", [A]),
    (f"{A}!", [A]),
    (f"{A}…", [A]),
    (f"{A}...", [A]),
    (f"{A}:", [A]),
    (f"{A}\\n", [A]),
    (f"`{A}`", [A]),
    (f"{A}\u200b", [A]),
    ("https://a.example/?q=1&b=(2),3", ["https://a.example/?q=1&b=(2),3"]),
    ("https://a.example/a;b=c", ["https://a.example/a;b=c"]),
    ("https://a.example/~me/#top.", ["https://a.example/~me/#top"]),
    ("https://a.example/Rock'n'Roll", ["https://a.example/Rock'n'Roll"]),
    ("https://web.archive.org/web/2020/https://a.example/x", ["https://web.archive.org/web/2020/https://a.example/x"]),
    ("https://a.example/?u=https://b.example/y", ["https://a.example/?u=https://b.example/y"]),
    ("http://müller.example/straße?ä=ö", ["http://müller.example/straße?ä=ö"]),
    ("https://例え.テスト/ページ。", ["https://例え.テスト/ページ"]),
    ("http://xn--mller-kva.example", ["http://xn--mller-kva.example"]),
    ("http://[::1]:8000/x", ["http://[::1]:8000/x"]),
    ("https://intranet/x", ["https://intranet/x"]),
    ("HTTPS://A.EXAMPLE/x", ["HTTPS://A.EXAMPLE/x"]),
    ("www.a.example/x.", ["http://www.a.example/x"]),
    ("请看https://a.example/页面，谢谢", ["https://a.example/页面"]),
    (f"راجع {A}، ثم {B}؟ {A}؛", [A, B, A]),
    (f"देखें {A}।", [A]),
    (f"{A}—it works, {A}–{B}", [A, A, B]),
    (f"{A}→{B}•{A}|{B}●{A}", [A, B, A, B, A]),
    (f"{A},www.b.example/y;www.c.example", [A, "http://www.b.example/y", "http://www.c.example"]),
    (f"www.a.example/x,{B}", ["http://www.a.example/x", B]),
    (f"｢{A}｣ ｡{A}｡ {A}､{B} 〔{A}〕 ⟨{A}⟩ „{A}‟ 〝{A}〟 ❝{A}❞", [A, A, A, B, A, A, A, A, A]),
    (f"{A}\u00ad {A}\u2060 {A}\u200c {A}\u200d {A}· {A}・ {A}– {A}״", [A] * 8),
    ("https://a.example/Col·legi", ["https://a.example/Col·legi"]),
    ("https://a.example/スター・ウォーズ", ["https://a.example/スター・ウォーズ"]),
    ("https://a.example/2022–23_season", ["https://a.example/2022–23_season"]),
    ("https://a.example/می\u200cخواهم", ["https://a.example/می\u200cخواهم"]),
    ("https://a.example/צה״ל https://a.example/§_433", ["https://a.example/צה״ל", "https://a.example/§_433"]),
    ("https://a.example/?to=www.b.example,1", ["https://a.example/?to=www.b.example,1"]),
    ("https:// and https://. and http://)", []),
    (f"{A}){B}", [A, B]),
    (f"{A}]({B})", [A, B]),
    (f"[{A}]({B}){A}", [A, B, A]),
    (f"({A}])www.b.example/y)}}{A}", [A, "http://www.b.example/y", A]),
    (f"{A})and/{B}].{A}", [A, B, A]),
    (f"{A}.)'{B}'),{A}", [A, B, A]),
    (f"https://){A}", [A]),
    (f"https://a.example/(x]{B}", ["https://a.example/(x", B]),
    (f"{A})xhttps://c.example a@b){B}", [A, B]),
    (f"{A})me@www.b.example", [A]),
    ("https://a.example/x_(y)https://b.example/y", ["https://a.example/x_(y)https://b.example/y"]),
    ("xhttps://a.example me@www.a.example javascript://x", []),
]


@pytest.mark.parametrize(("text", "addresses"), TEXTS)
def test_an_address_ends_where_a_reader_sees_its_end(text: str, addresses: list[str]) -> None:
    found = list(links.find(text))
    assert [link.address for link in found] == addresses
    assert all(link.address.endswith(text[link.start : link.end]) for link in found)


def test_a_text_is_shown_with_its_links_and_nothing_else_changes() -> None:
    assert plain(f'„{A}?a=1&b=2“ <b>{B},{A}</b> & "x"') == (
        f'„<a href="{A}?a=1&amp;b=2" rel="noopener noreferrer nofollow">{A}?a=1&amp;b=2</a>“ '
        f'&lt;b&gt;<a href="{B}" rel="noopener noreferrer nofollow">{B}</a>,'
        f'<a href="{A}" rel="noopener noreferrer nofollow">{A}</a>&lt;/b&gt; &amp; &#34;x&#34;'
    )


def test_a_text_has_a_limited_number_of_links() -> None:
    shown = plain(f"{A} " * 6_000)
    assert shown.count("<a ") == MOST_LINKS
    assert shown.count(A) == 6_000 + MOST_LINKS


@pytest.mark.parametrize(
    ("text", "html"),
    [
        (f"See {A}.", f"<p>See {{{A}}}.</p>\n"),
        (f"# {A}\n\n- {B}", f"<h2>{{{A}}}</h2>\n<ul>\n<li>{{{B}}}</li>\n</ul>\n"),
        (f"**{A}**", f"<p><strong>{{{A}}}</strong></p>\n"),
        ("https://a.example/a_b_c", "<p>{https://a.example/a_b_c}</p>\n"),
        ("https://a.example/Java_(Insel)", "<p>{https://a.example/Java_(Insel)}</p>\n"),
        (f"„{A}“ ({B})", f"<p>„{{{A}}}“ ({{{B}}})</p>\n"),
        (f"<{A}>", f"<p>{{{A}}}</p>\n"),
        (f"`{A}`", f"<p><code>{A}</code></p>\n"),
        (f"```\n{A}\n```", f'<pre tabindex="0"><code>{A}\n</code></pre>\n'),
        (f"[{B}]({A})", f'<p><a href="{A}" rel="noopener noreferrer">{B}</a></p>\n'),
    ],
)
def test_plain_addresses_in_articles_are_linked_once(text: str, html: str) -> None:
    """In `html`, {address} stands for its link."""
    for address in (A, B, "https://a.example/a_b_c", "https://a.example/Java_(Insel)"):
        link = f'<a href="{address}" rel="noopener noreferrer">{address}</a>'
        html = html.replace(f"{{{address}}}", link)
    assert to_html(text) == html


@pytest.mark.parametrize(
    "piece",
    [
        "https://",
        "https://a,",
        "https://(",
        "www.",
        "https://a.example/)",
        "(" * 9 + A,
        ",",
        ";)(",
        "·",
        "–",
        f"){A}",
        f"]({A}",
        f"(](,{A}",
        ")www.",
        ")x",
        "([{",
    ],
)
def test_a_hostile_text_costs_little(piece: str) -> None:
    started = time.thread_time()
    list(links.find(piece * (200_000 // len(piece))))
    list(links.find(A + piece.replace("https://", "") * 50_000))
    plain(A + piece * (200_000 // len(piece)))
    assert time.thread_time() - started < 4
