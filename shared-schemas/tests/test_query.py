import string
from collections.abc import Collection
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from trackline_schemas.errors import ServiceError
from trackline_schemas.filters import ARTICLE_FIELDS, TICKET_FIELDS, check_filter, fields_of
from trackline_schemas.query import (
    ENGLISH,
    QUERY_FIELDS,
    Asked,
    Names,
    Query,
    Sign,
    Term,
    Text,
    compile_query,
    find_marked,
    find_typing,
    parse_query,
    write_query,
)

_GERMAN = {
    "assignee": "zuständig",
    "team": "team",
    "state": "status",
    "created": "erstellt",
    "updated": "geändert",
    "tag": "schlagwort",
    "priority": "priorität",
    "me": "ich",
    "none": "keine",
    "nobody": "niemand",
    "today": "heute",
    "yesterday": "gestern",
    "Open": "Offen",
    "Waiting for requester": "Wartet auf Antwort",
    "Critical": "Kritisch",
    "Assignee": "Zuständig",
}
GERMAN = Names(lambda text: _GERMAN.get(text, text))
LANGUAGES = [ENGLISH, GERMAN]


class Office:
    me = "u7"
    now = datetime(2026, 3, 18, tzinfo=UTC)
    _ids = {
        ("team", "network"): ["t1"],
        ("team", "Field service"): ["t2"],
        ("assignee", "Kim"): ["u8", "u9"],
        ("category", "VPN"): ["c1"],
    }

    def find(self, field: str, typed: str) -> Collection[str]:
        return self._ids.get((field, typed), [])

    def possible(self, field: str) -> list[str]:
        return ["Network", "Field service"] if field == "team" else []


languages = st.sampled_from(LANGUAGES)
_free = st.text(string.ascii_letters + string.digits + "äß .-'<>&", min_size=1, max_size=12).map(
    lambda text: " ".join(text.split())
)
_dates = st.sampled_from(
    ["today", "yesterday", "2026-02-28", "2026-02", "2026", "2025-12-31..2026-01", "31.1.2026", "7d"]
)


@st.composite
def terms(draw: st.DrawFn) -> Term:
    name = draw(st.sampled_from(list(QUERY_FIELDS)))
    field = QUERY_FIELDS[name]
    known = list(field.values) + ["none"] * field.empty + ["me"] * (field.kind == "person")
    free = _dates if field.kind == "date" else _free
    # A free text may be a word that the field knows, too: in the tree, it is then the English one.
    free = free.filter(lambda text: text and ENGLISH.value(name, text) is None and GERMAN.value(name, text) is None)
    value = st.sampled_from(known) if field.values else free | st.sampled_from([*known, "today"][: len(known) or None])
    values = draw(st.lists(value if known or field.kind == "date" else free, min_size=1, max_size=3))
    signs: list[Sign] = ["", "<", "<=", ">", ">="] if field.ordered else [""]
    sign = draw(st.sampled_from(signs))
    return Term(name, tuple(values), sign, draw(st.booleans()))


words = st.text(string.ascii_lowercase + string.digits + "äß./-", min_size=1, max_size=8).filter(
    lambda word: word[0] not in "-"
)
phrases = st.lists(words, min_size=1, max_size=3).map(" ".join)
texts = st.builds(Text, phrases, st.just(True), st.booleans()) | st.builds(Text, words, st.just(False), st.just(False))
queries = st.lists(terms() | texts, max_size=6).map(tuple)


@given(queries, languages)
def test_what_is_written_is_read_as_the_same(query: Query, names: Names) -> None:
    assert parse_query(write_query(query, names), names) == query


@given(queries)
def test_english_is_understood_in_every_language(query: Query) -> None:
    assert parse_query(write_query(query), GERMAN) == query


@given(st.text(max_size=60) | st.text('ab :,"-<>“\t', max_size=20), languages)
@example('team:"a b', GERMAN)
@example('-""x "a"b "c', ENGLISH)
@example('" ""', ENGLISH)
@example('" "x ""', ENGLISH)
@example('-"20"b', ENGLISH)
@example("a -t b -file- -c", ENGLISH)
@example('"a","b".-c', ENGLISH)
def test_whatever_is_typed_is_read_as_it_is_written_again(typed: str, names: Names) -> None:
    try:
        query = parse_query(typed, names)
    except ServiceError:
        return
    assert parse_query(write_query(query, names), names) == query


@pytest.mark.parametrize(
    ("typed", "parts"),
    [
        ("vpn drops", (Text("vpn"), Text("drops"))),
        ('"vpn drops" -wlan', (Text("vpn drops", phrase=True), Text("wlan", without=True))),
        ("„vpn drops“", (Text("vpn drops", phrase=True),)),
        ('"vpn dro', (Text("vpn dro", phrase=True),)),
        ('-"vpn drops"', (Text("vpn drops", phrase=True, without=True),)),
        ("-20 degrees - and", (Text("-20"), Text("degrees"), Text("-"), Text("and"))),
        ("http://vpn.example error:0x8 10:30", (Text("http://vpn.example"), Text("error:0x8"), Text("10:30"))),
        ("Team: Network", (Text("Team:"), Text("Network"))),
        ("STATE:Open,closed", (Term("state", ("open", "closed")),)),
        ("status:on-hold", (Term("state", ("on_hold",)),)),
        ("state:waiting-for-requester", (Term("state", ("pending",)),)),
        ('-team:"Field service"', (Term("team", ("Field service",), without=True),)),
        ("assignee:nobody", (Term("assignee", ("none",)),)),
        ("priority:P1,critical", (Term("priority", ("1", "1")),)),
        ("priority:<=2", (Term("priority", ("2",), "<="),)),
        ("created:<7d", (Term("created", ("7d",), "<"),)),
        ("tags:vpn", (Term("tag", ("vpn",)),)),
    ],
)  # fmt: skip
def test_parts(typed: str, parts: Query) -> None:
    assert parse_query(typed) == parts


@pytest.mark.parametrize(
    ("typed", "part"),
    [
        ("zuständig:ich", Term("assignee", ("me",))),
        ("zustaendig:niemand", Term("assignee", ("none",))),
        ("status:offen", Term("state", ("open",))),
        ('status:"Wartet auf Antwort"', Term("state", ("pending",))),
        ("erstellt:heute", Term("created", ("today",))),
        ("priorität:kritisch", Term("priority", ("1",))),
    ],
)
def test_the_words_of_the_viewer(typed: str, part: Term) -> None:
    assert parse_query(typed, GERMAN) == (part,)


def test_a_query_is_written_in_the_words_of_the_viewer() -> None:
    query = parse_query("assignee:me state:pending created:<7d priority:1 vpn")
    assert write_query(query, GERMAN) == "zuständig:ich status:wartet-auf-antwort erstellt:<7d priorität:1 vpn"


@pytest.mark.parametrize(
    "typed",
    [
        *("Request:1042", "Anfrage:1042", "Update:KB5034441", "Teams:Meeting", "Resolve:timeout", "Latest:1"),
        *("Zustand:defekt", "Updates:KB5", "Requested:yes", "assigned:Bea", "state:", 'tag:""', "-Update:KB5"),
    ],
)
@pytest.mark.parametrize("names", LANGUAGES)
def test_only_the_name_of_a_field_makes_a_filter(typed: str, names: Names) -> None:
    word = Text(typed.removeprefix("-"), without=typed.startswith("-"))
    assert parse_query(f"{typed} login", names) == (word, Text("login"))


@pytest.mark.parametrize(
    "typed",
    [
        *("Status:404", "status:500,502", "type:error", "kind:regards", "last:login", "created:10:30"),
        *("outcome:failed", "channel:3", "state:<unknown>", "Priority:urgent", "-Status:404", "Update:2024-10"),
    ],
)
@pytest.mark.parametrize("names", LANGUAGES)
def test_a_filter_with_another_value_is_refused(typed: str, names: Names) -> None:
    """The search goes on with the whole text as words."""
    with pytest.raises(ServiceError) as refused:
        parse_query(f"{typed} login", names)
    assert refused.value.code == "invalid_filter"
    assert find_marked(f"{typed} login", names) == [typed]


def test_the_marked_parts_are_those_that_a_query_understands() -> None:
    typed = 'Team:Meeting http://x -Outlook "paper jam" -H: asignee:me Re: Status:'
    assert find_marked(typed) == ["Team:Meeting", "-Outlook", '"paper jam"', "asignee:me"]


def test_a_link_or_a_day_is_a_place_or_a_tag() -> None:
    query = (Term("location", ("https://x.example/a",)), Term("tag", ("27.11.2026", "vpn")))
    for typed in (
        'location:"https://x.example/a" tag:"27.11.2026",vpn',
        "location:https://x.example/a tag:27.11.2026,vpn",
    ):
        assert parse_query(typed) == query
    assert parse_query(write_query(query)) == query


def test_a_single_letter_behind_a_minus_is_an_option() -> None:
    for typed in ("ping -t server", "Zugriff auf Laufwerk -H: nicht", "tar -C /tmp"):
        assert asked(typed) == Asked(words=typed)


@pytest.mark.parametrize(
    ("typed", "without"),
    [
        ("drucker -toner", ("toner",)),
        ("drucker -toner leer", ("toner",)),
        ("drucker -toner -papier", ("toner", "papier")),
        ("drucker -toner state:open -papier type:ticket", ("toner", "papier")),
        ("mail -OneDrive", ("OneDrive",)),
        ("powershell -ExecutionPolicy Bypass -File a.ps1 -W11", ("ExecutionPolicy", "File", "W11")),
        ("mail -l'équipe -E-Mail", ("l'équipe", "E-Mail")),
        ('ping -t server -"no ink" -state:closed', ("no ink",)),
    ],
)
def test_a_minus_excludes(typed: str, without: tuple[str, ...]) -> None:
    assert asked(typed).without == without


@pytest.mark.parametrize(
    ("typed", "phrases", "words"),
    [
        ('"Access denied", error 5', ("Access denied",), "Access denied error 5"),
        ('"cannot open file".', ("cannot open file",), "cannot open file"),
        ("»Zugriff verweigert«!", ("Zugriff verweigert",), "Zugriff verweigert"),
        ('say "hello world"?', ("hello world",), "say hello world"),
        ('"one way","or another"', ("one way", "or another"), "one way or another"),
        ('24" monitor', (), '24" monitor'),
    ],
)
def test_a_mark_may_follow_a_phrase(typed: str, phrases: tuple[str, ...], words: str) -> None:
    assert (asked(typed).phrases, asked(typed).words) == (phrases, words)


@pytest.mark.parametrize(
    ("typed", "names", "reason", "params"),
    [
        ("asignee:me", ENGLISH, "query_field_unknown", {"name": "asignee", "meant": "assignee"}),
        ("zustandigg:ich", GERMAN, "query_field_unknown", {"meant": "zuständig"}),
        ("vpn state:opne", ENGLISH, "query_value_unknown", {"name": "state", "value": "opne"}),
        ("status:offn", GERMAN, "query_value_unknown", {"name": "status", "value": "offn"}),
        ("priority:6", ENGLISH, "query_value_unknown", {"value": "6"}),
        ("created:2026-02-30", ENGLISH, "query_value_unknown", {"value": "2026-02-30"}),
        ("created:2026-02-03..2026-02-01", ENGLISH, "query_value_unknown", {"name": "created"}),
        ("state:<open", ENGLISH, "query_without_order", {"name": "state", "operator": "<"}),
        ("assigne:me", ENGLISH, "query_field_unknown", {"meant": "assignee"}),
        ("staet:open", ENGLISH, "query_field_unknown", {"name": "staet", "meant": "state"}),
        ("creatde:<7d", ENGLISH, "query_field_unknown", {"meant": "created"}),
        ("state:open,foo", ENGLISH, "query_value_unknown", {"value": "foo"}),
        ("-state:clsoed", ENGLISH, "query_value_unknown", {"value": "clsoed"}),
        ("created:<lastweek", ENGLISH, "query_value_unknown", {"value": "lastweek"}),
        (" ".join(["-xy"] * 51), ENGLISH, "query_too_long", {"most": 50}),
    ],
)
def test_an_error_says_which_word_was_not_understood(
    typed: str, names: Names, reason: str, params: dict[str, Any]
) -> None:
    with pytest.raises(ServiceError) as refused:
        parse_query(typed, names)
    assert refused.value.reason == reason
    assert params.items() <= refused.value.params.items()


def test_an_error_says_what_is_possible() -> None:
    with pytest.raises(ServiceError) as refused:
        parse_query("status:offn", GERMAN)
    assert refused.value.params["values"][:3] == ["new", "offen", "wartet-auf-antwort"]
    with pytest.raises(ServiceError) as refused:
        compile_query(parse_query("team:netwrk"), Office())
    assert refused.value.params["values"] == ["none", "any", "Network", '"Field service"']
    with pytest.raises(ServiceError) as refused:
        compile_query(parse_query("assignee:kmi"), Office())
    assert (refused.value.reason, refused.value.params["values"]) == ("query_person_unknown", ["me", "none", "any"])


def asked(typed: str) -> Asked:
    return compile_query(parse_query(typed), Office())


def test_text_is_for_the_full_text_search() -> None:
    found = asked('printer "paper jam" -toner -"no ink" state:open "--"')
    assert (found.words, found.phrases, found.without) == (
        "printer paper jam --",
        ("paper jam",),
        ("toner", "no ink"),
    )
    assert asked("two   words") == Asked(words="two words")
    assert not asked("state:open").finds_text


def test_a_number_keeps_its_quotes() -> None:
    """They tell the number of a ticket from a count."""
    found = asked('„1042“ "INC-7", "paper jam"')
    assert (found.words, found.phrases) == ('"1042" "INC-7" paper jam', ("1042", "INC-7", "paper jam"))


@pytest.mark.parametrize(
    ("typed", "filter"),
    [
        ("assignee:me", {"field": "assignee_id", "op": "in", "value": ["u7"]}),
        ("assignee:Kim", {"field": "assignee_id", "op": "in", "value": ["u8", "u9"]}),
        ("assignee:none", {"not": {"field": "assignee_id", "op": "is_set", "value": True}}),
        ("tag:any", {"field": "tags", "op": "is_set", "value": True}),
        ("tag:vpn", {"field": "tags", "op": "eq", "value": "vpn"}),
        ("-state:closed", {"not": {"field": "state", "op": "eq", "value": "closed"}}),
        ("priority:<=2", {"field": "priority", "op": "lte", "value": 2}),
        (
            'team:network,"Field service"',
            {"or": [{"field": "team_id", "op": "in", "value": [one]} for one in ("t1", "t2")]},
        ),
    ],
)
def test_a_term_is_a_condition(typed: str, filter: dict[str, Any]) -> None:
    compiled = asked(typed).filter
    assert compiled is not None
    assert compiled.model_dump(mode="json") == {"and": [filter]}


@given(st.lists(terms().filter(lambda term: QUERY_FIELDS[term.field].kind not in ("person", "team", "category"))))
def test_every_filter_is_one_that_the_services_take(query: list[Term]) -> None:
    compiled = compile_query(tuple(term for term in query if term.field != "type"), Office()).filter
    tickets_only = fields_of(compiled) <= TICKET_FIELDS.keys()
    check_filter(compiled, TICKET_FIELDS if tickets_only else ARTICLE_FIELDS)


def test_a_completion_knows_the_names_of_the_viewer() -> None:
    assert find_typing("zuständig:i", 11, GERMAN).field == "assignee"
