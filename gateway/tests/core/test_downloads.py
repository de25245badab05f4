"""The names of files that browsers and programs save."""

from urllib.parse import unquote

import pytest

from gateway.kit.downloads import attachment

from .gateways import World


@pytest.mark.parametrize(
    ("name", "plain"),
    [
        ("report.pdf", "report.pdf"),
        (".env", ".env"),
        ("Übersicht für Büro.pdf", "Ubersicht fur Buro.pdf"),
        ("Straße Łódź.txt", "Strasse Lodz.txt"),
        ("東京.xlsx", "__.xlsx"),
        ('a "b".html', "a _b_.html"),
        ("a\\b;c.txt", "a_b;c.txt"),
        ("100%41.txt", "100_41.txt"),
        ("a\r\nSet-Cookie: x", "a__Set-Cookie: x"),
        ("\u202eexe.png", "_exe.png"),
        ("👩\u200d👦.png", "___.png"),
        ("\N{TWO DOT LEADER}", "_"),
        ("\N{HORIZONTAL ELLIPSIS}", "_"),
        ("\N{TWO DOT LEADER}\N{FRACTION SLASH}x.txt", "__x.txt"),
        ("a..b.txt", "a..b.txt"),
        ("x.pdf\N{ONE DOT LEADER}", "x.pdf_"),
        # An earlier release has stored such names.
        ("x.b\N{COMBINING ACUTE ACCENT}at", "x.b_at"),
        ("x.éxe", "x._xe"),
        ("x.lnḱ", "x.ln_"),
    ],
)
def test_a_plain_name_stands_beside_the_whole_one(name: str, plain: str) -> None:
    header = attachment(name)["Content-Disposition"]
    kind, ascii_name, whole = header.split("; filename")
    assert (kind, ascii_name) == ("attachment", f'="{plain}"')
    encoding, _, encoded = whole.partition("''")
    assert (encoding, unquote(encoded)) == ("*=UTF-8", name)
    assert header.isascii()
    assert "\n" not in header


async def test_a_hidden_file_keeps_its_dot(gateway: World) -> None:
    stored = (await gateway.ask("POST", "/api/v1/files?name=.env", content=b"KEY=1\n")).json()
    assert stored["name"] == ".env"
    answer = await gateway.ask("GET", f"/api/v1/files/{stored['id']}")
    assert answer.headers["Content-Disposition"] == "attachment; filename=\".env\"; filename*=UTF-8''.env"


async def test_an_export_has_both_names(gateway: World) -> None:
    answer = await gateway.ask("GET", "/api/v1/security-log/entries.csv", "anna")
    assert 'filename="security-log.csv"; filename*=' in answer.headers["Content-Disposition"]
