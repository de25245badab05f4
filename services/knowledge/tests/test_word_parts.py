"""What only Elasticsearch does: words inside words."""

import pytest
from elasticsearch import Elasticsearch
from pymongo.database import Database

from knowledge.adapters.elastic import compounds, index, mapping
from knowledge.adapters.elastic.index import ElasticWriter
from knowledge.adapters.job import MongoJobs
from knowledge.domain.document import Document

from .fakes import FakeClock
from .samples import AGENT, ALICE, ticket_event
from .upkeep import Upkeep
from .world import World

SAME = [
    ("WiFi", "The Wi-Fi is slow"),
    ("Wi-Fi", "The WIFI is slow"),
    ("wifi", "The WiFi is slow"),
    ("Laserdrucker", "Der Laser-Drucker druckt nicht"),
    ("Laser-Drucker", "Der Laserdrucker druckt nicht"),
    ("kabel", "Das Netzwerkkabel fehlt"),
    ("netzwerk", "Die Netzwerkkabel fehlen"),
    ("Druckern", "Der Farblaserdrucker ist leer"),
    ("drucker", "Der Farblaserdrucker ist leer"),
    ("postfach", "Gruppenpostfach voll"),
    ("profile", "user_profile_service is down"),
    ("profile service", "user_profile_service is down"),
    ("xlsx", "I lost report_2026.xlsx today"),
    ("report", "I lost report_2026.xlsx today"),
    ("5034441", "KB5034441 fails to install"),
    ("KB5034441", "The update KB 5034441 fails"),
    ("80070005", "Error 0x80070005"),
    ("0x80070005", "Error 0x80070005"),
    ("example", "Mail to jane.doe@example.org bounces"),
    ("checkin", "The check-in counter"),
    ("check-in", "The checkin counter"),
    *(
        (word, "Plus d'accès à l'étage, l'équipe attend")
        for word in ("acces", "etage", "equipe", "acces etage", "accès")
    ),
    *((word, "L’écran s’éteint tout seul, l'hôte aussi") for word in ("ecran", "eteint", "écran", "hote")),
    *((word, "fichier_été_réseau.xlsx perdu") for word in ("ete", "reseau", "été", "fichier reseau")),
    *((word, "L'Über-Größe und das d'Señor-Façade-Naïve") for word in ("grosse", "senor", "facade", "naive")),
]


@pytest.fixture(scope="module")
def texts() -> list[str]:
    return list(dict.fromkeys(text for _, text in SAME))


def test_parts_of_words_are_found(elastic_world: World, texts: list[str]) -> None:
    """All in one index, because creating one takes most of the time."""
    elastic_world.hear(
        *(ticket_event(f"t{at}", 1, text, number=f"INC-{at}", title="Trouble") for at, text in enumerate(texts)),
        ticket_event("n", 1, "Nothing else", number="INC-900", title="Note"),
        ticket_event("n", 2, "Ask for the Glasfaserkabel", "internal", number="INC-900", title="Note"),
    )
    missed = [
        (q, text) for q, text in SAME if f"INC-{texts.index(text)}" not in elastic_world.found(q, AGENT, size=100)
    ]
    assert missed == []
    assert [q for q, _ in SAME if elastic_world.ask(q, AGENT).did_you_mean] == []
    assert elastic_world.found("glasfaser", AGENT) == ["INC-900"]
    assert elastic_world.found("glasfaser", ALICE) == []


def test_the_word_itself_comes_before_parts_and_typing_errors(elastic_world: World) -> None:
    elastic_world.hear(
        ticket_event("a", 1, "Nothing else", number="INC-1", title="Netzwerkkabel"),
        ticket_event("b", 1, "Nothing else", number="INC-2", title="Gabel"),
        ticket_event("c", 1, f"{'Something else. ' * 50} The kabel is broken.", number="INC-3", title="Desk"),
    )
    assert elastic_world.found("kabel", AGENT) == ["INC-3", "INC-1", "INC-2"]
    [_, hit, _] = elastic_world.ask("kabel", AGENT).items
    assert [part.text for part in hit.title if part.hit] == ["Netzwerkkabel"]


def test_an_index_of_the_release_before_is_rebuilt_while_it_answers(
    elastic_world: World,
    store: Database[Document],
    elastic: Elasticsearch,
    alias: str,
    clock: FakeClock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    referred = {"number": "INC-1", "title": "Etwas fehlt", "source": "old", "external_ref": "Chg-Ab12"}
    with monkeypatch.context() as before:
        settings = mapping.settings()
        for analyzer in ("folded_parts", "folded_parts_asked", "folded_joined"):
            del settings["analysis"]["analyzer"][analyzer]
        del settings["analysis"]["normalizer"]
        before.setattr(index, "settings", lambda: settings)
        before.setattr(mapping, "_WITH_PARTS", mapping._TEXT)
        before.setattr(mapping, "_REFERENCE", {"type": "keyword"})
        upkeep = Upkeep(elastic_world.ports, ElasticWriter(elastic, alias), MongoJobs(store), clock)
        elastic_world.consume([ticket_event("a", 1, "Das Netzwerkkabel fehlt", **referred)])
        upkeep.settle()
        upkeep.finish()
        elastic.indices.refresh(index=alias)
    [old] = elastic.indices.get_alias(name=alias)
    assert elastic_world.found("fehlt", AGENT) == ["INC-1"]
    assert elastic_world.found("kabel", AGENT) == []
    assert elastic_world.found("Chg-Ab12", AGENT) == ["INC-1"]
    assert elastic_world.found("ChG-aB12", AGENT) == []
    elastic_world.hear(ticket_event("b", 1, "Das Glasfaserkabel fehlt", number="INC-2", title="Noch eines"))
    assert list(elastic.indices.get_alias(name=alias)) != [old]
    assert set(elastic_world.found("kabel", AGENT)) == {"INC-1", "INC-2"}
    assert elastic_world.found("ChG-aB12", AGENT) == ["INC-1"]
    assert elastic_world.found("netzwerkkabelfehlt", AGENT) == ["INC-1"]


def test_the_list_has_the_nouns_of_compounds() -> None:
    parts = compounds.parts()
    assert {"netzwerk", "kabel", "drucker", "postfach", "laptop"} <= set(parts)
    assert 5_000 < len(parts) < 10_000
    assert all(len(part) >= compounds.SHORTEST for part in parts)
