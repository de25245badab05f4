"""Hits contain what a sentence is about, and not only the words that every report contains."""

import pytest

from knowledge.domain.topic import topic_of

from .samples import AGENT, ticket_event
from .world import World

TITLES = {
    "outlook": ("Outlook crashes at start", "Outlook -Fehler 0x80040610", "Postfach fehlt in Outlook"),
    "vpn": ("VPN drops every hour", "The VPN is slow"),
    "teams": ("Kein Ton in Teams", "Teams: meetings are missing"),
    "others": (
        "My scanner does not work",
        "The mouse is not working for me",
        "I cannot open my locker",
        "The projector does not start, does not connect and does not open",
        "Mein Scanner geht nicht und startet nicht",
        "Ich kann die Tür nicht öffnen, sie funktioniert nicht",
        "Mon imprimante ne marche pas, ne fonctionne plus et ne démarre pas",
        "Je ne peux pas ouvrir la porte",
    ),
}
SENTENCES = [
    *((q, "outlook") for q in ("outlook does not work", "my outlook does not work", "My Outlook is not working")),
    *((q, "outlook") for q in ("the outlook is not working for me", "i cannot open outlook", "outlok does not work")),
    *((q, "outlook") for q in ("mein outlook geht nicht", "Outlook startet nicht", "ich kann outlook nicht öffnen")),
    *((q, "outlook") for q in ("outlook ne marche pas", "mon outlook ne fonctionne plus", "Outlook ne s'ouvre pas")),
    *((q, "vpn") for q in ("the vpn does not connect", "das vpn verbindet nicht", "le vpn ne se connecte pas")),
    *((q, "teams") for q in ("teams does not start", "teams startet nicht", "Teams ne démarre pas")),
    *((q, "teams") for q in ("why does teams not load", "ich kann teams nicht starten", "je ne peux pas ouvrir teams")),
]


@pytest.fixture
def desk(elastic_world: World) -> World:
    titles = [title for group in TITLES.values() for title in group]
    elastic_world.write(title="The printer does not print", body="If it is not on, open the tray", state="published")
    elastic_world.write(title="Mail on your phone", body="Open the app. It does not work? Start it", state="published")
    elastic_world.hear(
        *(ticket_event(f"t{at}", 1, "Please help me", number=f"INC-{at}", title=one) for at, one in enumerate(titles))
    )
    return elastic_world


def test_stop_words_do_not_decide(desk: World) -> None:
    found = {q: ["".join(part.text for part in hit.title) for hit in desk.ask(q, AGENT).items] for q, _ in SENTENCES}
    wrong = {q: found[q][:3] for q, about in SENTENCES if set(found[q][: len(TITLES[about])]) != set(TITLES[about])}
    assert wrong == {}


def test_all_the_words_still_come_first(desk: World) -> None:
    """Also those that every report contains."""
    for title in TITLES["others"]:
        [first, *_] = desk.ask(title, AGENT).items
        assert "".join(part.text for part in first.title) == title


@pytest.mark.parametrize(
    ("q", "topic"),
    [
        ("PAS for networks", "PAS networks"),
        ("en request", "en request"),
        ("imprimante en panne", "imprimante en panne"),
        ("Outlook ne marche pas", "Outlook"),
        ("je n'ai plus de réseau", "ai réseau"),
    ],
)
def test_a_single_french_word_may_be_something_else(q: str, topic: str) -> None:
    assert topic_of(q).text.replace("'", "") == topic
