from hypothesis import given
from hypothesis import strategies as st

from knowledge.domain.highlight import beginning, fragments, mark_words, matches_word, split_marked
from knowledge.domain.text import fold, words


def test_words_are_folded() -> None:
    assert words("Größe, VPN-Tunnel & Café_1") == ["grosse", "vpn", "tunnel", "cafe_1"]


def test_words_match_with_short_endings_and_while_typing() -> None:
    assert matches_word("printers", "printer")
    assert matches_word("printer", "printers")
    assert matches_word("connection", "conn", typing=True)
    assert not matches_word("connection", "conn")
    assert not matches_word("at", "attach")


def test_a_word_inside_another_is_marked_but_does_not_match() -> None:
    assert [piece for piece, hit in mark_words("Netzwerkkabel fehlt", ["kabel"]) if hit] == ["Netzwerkkabel"]
    assert not matches_word("netzwerkkabel", "kabel")
    assert [piece for piece, hit in mark_words("that cat", ["hat"]) if hit] == []


@given(st.text(max_size=60), st.lists(st.text(min_size=1, max_size=5), max_size=3))
def test_marking_keeps_the_text(text: str, query: list[str]) -> None:
    assert "".join(piece for piece, _ in mark_words(text, words(" ".join(query)))) == text


def test_a_fragment_is_the_surroundings_of_the_first_hit() -> None:
    text = "word " * 100 + "the printer jams " + "word " * 100
    [found] = fragments(["nothing here", text], ["printer"])
    assert [piece for piece, hit in found if hit] == ["printer"]
    assert len("".join(piece for piece, _ in found)) < 330
    assert beginning([text])[0][0][0] == text[:160]


def test_marker_characters_become_pieces() -> None:
    assert split_marked("a \ue000b\ue001\ue000c\ue001 d") == [("a ", False), ("b", True), ("c", True), (" d", False)]
    assert fold("İ") == fold("i̇")
