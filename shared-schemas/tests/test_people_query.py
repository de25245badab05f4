"""People are found as somebody types them, and as mail programs write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trackline_schemas.text.keys import address_key, search_text
from trackline_schemas.text.people_query import read_query

BEA = search_text("Bea Brown", "bea@example.org")
BOB = search_text("Bob Braun", "bob@example.org")
JOERG = search_text("Jörg Müller", "joerg@müller.example")
MEIER = search_text("Meier – Schmidt", "ms@example.org")
JEAN = search_text("Jean-Luc O’Neill", "jean-luc.oneill@example.org")
EVERYBODY = {"bea": BEA, "bob": BOB, "joerg": JOERG, "meier": MEIER, "jean": JEAN}


def found(q: str) -> set[str]:
    ways = read_query(q)
    return {
        name
        for name, text in EVERYBODY.items()
        if any(all(any(spelling in text for spelling in word) for word in words) for words in ways)
    }


@pytest.mark.parametrize(
    ("q", "names"),
    [
        ("Brown, Bea", "bea"),
        ("brown,bea", "bea"),
        ("Brown; Bea", "bea"),
        ("Brown， Bea", "bea"),
        ("<bea@example.org>", "bea"),
        ("＜bea＠example.org＞", "bea"),
        ("Bea Brown <bea@example.org>", "bea"),
        ('"Brown, Bea" <bea@example.org>', "bea"),
        ("'Bea Brown' <bea@example.org>", "bea"),
        ("„Brown, Bea“ <BEA@EXAMPLE.ORG>;", "bea"),
        ("Bea at her new firm <bea@example.org>", "bea"),
        ("=?utf-8?q?J=C3=B6rg?= <joerg@müller.example>", "joerg"),
        ("bea@example.org (Bea Brown)", "bea"),
        ("Bea Brown [mailto:bea@example.org]", "bea"),
        ("bea@example.org;", "bea"),
        ("bea@example.org,", "bea"),
        ("bea@example.org.", "bea"),
        ("mailto:bea@example.org", "bea"),
        ("MAILTO:bea%40example.org?subject=Hello%20Bea", "bea"),
        ("<mailto:bea@example.org>", "bea"),
        ("SMTP:bea@example.org", "bea"),
        ("(bea)", "bea"),
        ("[Bea]", "bea"),
        ("Bea.", "bea"),
        ("'Bea'", "bea"),
        ("joerg@xn--mller-kva.example", "joerg"),
        ("JOERG@XN--MLLER-KVA.example", "joerg"),
        ("xn--mller-kva.example", "joerg"),
        ("joerg@müller.example", "joerg"),
        ("@müller.exa", "joerg"),
        ("Meier-Schmidt", "meier"),
        ("Meier–Schmidt", "meier"),
        ("Meier — Schmidt", "meier"),
        ("Schmidt, Meier", "meier"),
        ("meier - schmidt", "meier"),
        ("meier−schmidt", "meier"),
        ("O'Neill, Jean-Luc", "jean"),
        ("O´Neill, Jean Luc", "jean"),
        ("<jean-luc.oneill@example.org>", "jean"),
        ("Bea Brown <bea@example.org>; Bob Braun <bob@example.org>", "bea bob"),
        ('Bea Brown <bea@example.org>, "Braun, Bob" <bob@example.org>', "bea bob"),
        ("Brown, Bea <bea@example.org>; Braun, Bob <bob@example.org>", "bea bob"),
        ("bea@example.org;bob@example.org", "bea bob"),
        ("bea@example.org bob@example.org", "bea bob"),
        ("mailto:bea@example.org,bob@example.org", "bea bob"),
        ("bea@example.org, nobody@example.org", "bea"),
        ("Bea <bea@", "bea"),
        ("b@example.org braun", "bob"),
        ("b br", "bea bob"),
        ("brown bob", ""),
        ("Brown, Bob <x@example.net>", ""),
        ("()", ""),
        (";", ""),
    ],
)
def test_people_are_found_as_mail_programs_write_them(q: str, names: str) -> None:
    assert found(q) == set(names.split())


def test_a_domain_that_was_stored_in_ascii_is_found_in_unicode() -> None:
    text = search_text("Jörg", address_key("joerg@xn--mller-kva.example"))
    assert all(word[0] in text for word in read_query("joerg@müller.example")[0])


@pytest.mark.parametrize("q", ["", "  ", "\u200b", "\u2800\u00a0"])
def test_a_query_that_shows_nothing_finds_everybody(q: str) -> None:
    assert read_query(q) == [[]]


@given(st.text(max_size=60))
def test_anything_that_somebody_types_is_a_query(q: str) -> None:
    assert read_query(q)


@given(st.lists(st.sampled_from([*' ,;<>()[]"\u201e\u201c']), min_size=1, max_size=6).map("".join))
def test_what_stands_between_two_people_does_not_matter(between: str) -> None:
    assert found(f"bea@example.org{between}bob@example.org") == {"bea", "bob"}
    assert found(f"{between}Brown{between}Bea{between}") == {"bea"}
