"""People are found as somebody types them, and as mail programs write them."""

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trackline_schemas.text.keys import address_key, search_text
from trackline_schemas.text.people_query import PeopleQuery, is_certain, read_query, split_people

PEOPLE = {
    "bea": ("Bea Brown", "bea@example.org"),
    "bob": ("Bob Braun", "bob@example.org"),
    "joan": ("Joan Green", "joan@example.org"),
    "joerg": ("Jörg Müller", "joerg@müller.example"),
    "meier": ("Meier – Schmidt", "ms@example.org"),
    "jean": ("Jean-Luc O’Neill", "jean-luc.oneill@example.org"),
    "root": ("Root", "root@localhost"),
    "pipe": ("Pipe", "a|b@x.example"),
    "tick": ("Tick", "a`b@x.example"),
    "quote": ("Quote", "'q@x.example"),
    "mark": ("Mark", "a?b@x.example"),
    "bang": ("Bang", "!c@x.example"),
    "c": ("Cee", "c@x.example"),
}


def found(q: str) -> set[str]:
    """Finds people as the store of accounts does."""
    query = read_query(q)
    keys = set(map(address_key, query.addresses))
    owners = {name for name, (_, address) in PEOPLE.items() if address_key(address) in keys}
    if query.complete or owners:
        return owners
    return {name for name, texts in PEOPLE.items() if is_hit(query, search_text(*texts))}


def is_hit(query: PeopleQuery, text: str) -> bool:
    return any(all(re.search(pattern, text) for pattern in way) for way in query.ways)


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
        ("b br", "bea bob"),
        ("brown bob", ""),
        ("Brown, Bob <x@example.net>", ""),
        ("()", ""),
        (";", ""),
    ],
)
def test_people_are_found_as_mail_programs_write_them(q: str, names: str) -> None:
    assert found(q) == set(names.split())


@pytest.mark.parametrize(
    ("q", "names"),
    [
        # Each is the end of joan@example.org, or a part of another address.
        ('"An, Bob" <an@example.org>', ""),
        ("an@example.org", ""),
        ("An Green an@example.org", ""),
        ("an@example.org (Green, Joan)", ""),
        ("an@example.org (joan@example.org)", ""),
        ('"joan@example.org" <an@example.org>', ""),
        ("'joan@example.org' via Desk <an@example.org>", ""),
        ("“Green, joan@example.org” <an@example.org>", ""),
        ("bob@example.org; Joan joan@example.org <an@example.org>", "bob"),
        ("mailto:an@example.org", ""),
        ("To:an@example.org", ""),
        ("To: an@example.org", ""),
        ("mailto:an%40example.org?cc=joan@example.org", ""),
        ('"an"@example.org', ""),
        ('"joan"@example.org', "joan"),
        ("an@example.org; nobody@example.org", ""),
        ("joan@example.or", ""),
        ("joan@example.org.example", ""),
        ("joan@xample.org", ""),
        ("b@example.org braun", ""),
        ("jorg@müller.example", ""),
        ("an@", ""),
        ("an@exam", ""),
        ("joan@", "joan"),
        ("joan@exam", "joan"),
        ("Green joan@exa", "joan"),
        ("<joan@exa", "joan"),
        ("<joan@exa>", ""),
        ("mailto:joan@exa", ""),
        ("root@localhost", "root"),
        ("root@local", "root"),
        ("<root@local>", ""),
        ("ot@localhost", ""),
        ("joan@example.org <Joan>", "joan"),
        ("joan@example.org <an@", "joan"),
        ("Bob, Braun | bob@example.org, Bea Brown <bea@example.org>", "bea bob"),
        ("Brown, Bea; Braun, Bob", "bea bob"),
        ("Brown, Bob; Braun, Bea", ""),
        ("Brown, Bea; bob@example.org", "bob"),
        ("Brown, Bea (IT) [mailto:bea@example.org]", "bea"),
        ("Bea Brown | bea@example.org", "bea"),
        ("Bea Brown | ", "bea"),
        ("To: bea@example.org", "bea"),
        ("To: Brown, Bea", "bea"),
        ("E-Mail:bea@example.org", "bea"),
        ("bea@example.org/", "bea"),
        ("Bea:", "bea"),
        ("an @example.org", ""),
        ("<an @example.org>", ""),
        ("mail an\t@example.org", ""),
        ("bea @example.org", "bea"),
        ("joan@example.org%evil.example", ""),
        ("joan@example.org!x", ""),
        ("joan@example.org|evil.example", ""),
        ("joan@example.org?cc=x", ""),
        ("a|joan@example.org", ""),
        ("joan@example.org!", "joan"),
        ("joan@example.org%", "joan"),
        ("|joan@example.org|", "joan"),
        ("a|b@x.example", "pipe"),
        ("b@x.example", ""),
        ("Pipe <a|b@x.example>", "pipe"),
        ("<mailto:a|b@x.example>", "pipe"),
        ("a`b@x.example", "tick"),
        ("a'b@x.example", ""),
        ("'q@x.example", "quote"),
        ("''q@x.example'", "quote"),
        ("'q@x", "quote"),
        ("q@x", ""),
        ("q@x.example", ""),
        ("!c@x.example", "bang"),
        ("c@x.example", "c"),
        ("mailto:a?b@x.example", "mark"),
        ("mailto:a%3Fb@x.example?subject=Hello", "mark"),
        ("mailto:z?b@x.example", ""),
        ("O`Neill", "jean"),
    ],
)
def test_a_complete_address_means_its_owner_or_nobody(q: str, names: str) -> None:
    assert found(q) == set(names.split())


@given(
    st.sampled_from(['"A" <{}>', "{}", "<{}>", "mailto:{}", "[{}]", "({})", "To: {};", "A | {} | B", "'{}'", "{} (A)"])
)
def test_no_dress_makes_somebody_of_a_part_of_an_address(dress: str) -> None:
    whole = "joan@example.org"
    assert found(dress.format(whole)) == {"joan"}
    for at in range(1, len(whole)):
        for part in (whole[at:], whole[:-at]):
            if re.fullmatch(r".+@.+\.\w\w+", part):
                assert found(dress.format(part)) == set(), part


def test_a_domain_that_was_stored_in_ascii_is_found_in_unicode() -> None:
    stored = address_key("joerg@xn--mller-kva.example")
    assert [*map(address_key, read_query("joerg@müller.example").addresses)] == [stored]
    assert is_hit(read_query("müller.example"), search_text("Jörg", stored))


@pytest.mark.parametrize("q", ["", "  ", "\u200b", "\u2800\u00a0"])
def test_a_query_that_shows_nothing_finds_everybody(q: str) -> None:
    assert found(q) == PEOPLE.keys()


@given(st.text(max_size=60))
def test_anything_that_somebody_types_is_a_query(q: str) -> None:
    query = read_query(q)
    assert query.complete or query.ways


@given(st.lists(st.sampled_from([*' ,;<>()[]"\u201e\u201c']), min_size=1, max_size=6).map("".join))
def test_what_stands_between_two_people_does_not_matter(between: str) -> None:
    assert found(f"bea@example.org{between}bob@example.org") == {"bea", "bob"}
    assert found(f"{between}Brown{between}Bea{between}") == {"bea"}


@pytest.mark.parametrize(
    ("pasted", "people"),
    [
        ("", []),
        (" ; ,", []),
        ("Bea", ["Bea"]),
        ("Brown, Bea", ["Brown, Bea"]),
        ("bea@x.example; zoe@x.example", ["bea@x.example", "zoe@x.example"]),
        ("bea@x.example, zoe@x.example", ["bea@x.example", "zoe@x.example"]),
        ("bea@x.example zoe@x.example", ["bea@x.example", "zoe@x.example"]),
        ("bea@x.example\nzoe@x.example\n", ["bea@x.example", "zoe@x.example"]),
        ("Bea Brown; zoe@x.example", ["Bea Brown", "zoe@x.example"]),
        ("zoe@x.example; Bea Brown", ["zoe@x.example", "Bea Brown"]),
        ("Bea Brown, zoe@x.example", ["Bea Brown", "zoe@x.example"]),
        ("Brown, Bea; Smith, Bob", ["Brown, Bea", "Smith, Bob"]),
        ('"Brown, Bea" <bea@x.example>, "An; Bob" <bob@x.example>',
         ['"Brown, Bea" <bea@x.example>', '"An; Bob" <bob@x.example>']),
        ("Brown, Bea <bea@x.example>, Smith, Bob", ["Brown, Bea <bea@x.example>", "Smith, Bob"]),
        ("Bea <bea@x.example> zoe@x.example", ["Bea <bea@x.example>", "zoe@x.example"]),
        ("To: bea@x.example, zoe@x.example", ["To: bea@x.example", "zoe@x.example"]),
        ("Bea Brown | bea@x.example", ["Bea Brown | bea@x.example"]),
        ("Brown, Bea (IT) [mailto:bea@x.example]", ["Brown, Bea (IT) [mailto:bea@x.example]"]),
        ("Bea <bea@x.example> (IT)", ["Bea <bea@x.example> (IT)"]),
        ("Bea <bea@x.example> wrote:", ["Bea <bea@x.example> wrote:"]),
        ("On 5 Jan, Bea <bea@x.example> wrote:\n", ["On 5 Jan, Bea <bea@x.example> wrote:"]),
        ("Bea <bea@x.example> IT", ["Bea <bea@x.example>", "IT"]),
        ("To: Bea <bea@x.example>\nCc: zoe@x.example", ["To: Bea <bea@x.example>", "Cc: zoe@x.example"]),
        ('"Bea', ['"Bea']),
    ],
)  # fmt: skip
def test_a_list_is_split_into_its_people(pasted: str, people: list[str]) -> None:
    assert split_people(pasted) == people


@pytest.mark.parametrize(
    ("q", "name", "certain"),
    [
        ("bea@example.org", "Anybody", True),
        ("Bea Brown <bea@example.org>", "Bea Brown", True),
        ("Bea Brown", "Bea Brown", True),
        ("- brown, bea", "Bea  Brown", True),
        ("Meier Schmidt", "Meier – Schmidt", True),
        ("Joerg Mueller", "Jörg Müller", True),
        ("Jorg Muller", "Jörg Müller", True),
        ("ONeill", "O’Neill", False),
        ("O'Neill", "O’Neill", True),
        ("IT", "John Smith", False),
        ("HR", "Christine Kurz", False),
        ("- Green", "Joan Green", False),
        ("Bea Bea", "Bea", False),
        ("Sales", "Berta von Sales", False),
        ("bea@exam", "Bea", False),
        ("", "Bea", False),
    ],
)
def test_a_whole_name_or_address_is_certain(q: str, name: str, certain: bool) -> None:
    assert is_certain(q, name) == certain


def test_a_long_list_is_split_at_once() -> None:
    begun = time.process_time()
    for hostile in (
        '"' * 100_000,
        ">" * 100_000,
        "a@" * 50_000,
        ",;" * 50_000,
        "a@b.cd " * 15_000,
        "a> " * 30_000 + ":",
    ):
        split_people(hostile)
    assert time.process_time() - begun < 2
