"""Beginnings of words in any script, and beginnings that are none."""

import pytest

from knowledge.usecases.search import suggest
from trackline_schemas.text.normal_form import decompose

from .samples import AGENT, ALICE, ticket_event
from .world import World, numbers

# title → what finds it
BEGUN = {
    "프린터 설정 안내": ("프린", "프리", "프린터", "프린터 설", "프린터설정", decompose("프린")),
    "プリンターの設定": ("プリン", "ﾌﾟﾘﾝ", "プリンター", decompose("プリン")),
    "打印机设置": ("打印", "打印机"),
    "Стройка серверной": ("стройк", "строик", "СТРОЙ", "строй", decompose("стройк")),
    "Новый йод и ёлка": ("йод", "ёл", "ел", "новый елк", "новыи"),
    "Вайфай в офисе": ("вай фай", "вай-фай", "вайф", "ВАЙФАЙ"),
    "Ρύθμιση εκτυπωτής": ("εκτυπω", "εκτυπωτης", "ΕΚΤΥΠΩΤΗΣ", "ρυθμ", "Ρύθμι"),
    "इंटरनेट कीबोर्ड": ("इंटर", "कीबो"),
    "إعداد الطابعة": ("الطاب", "إعداد الط", "اعداد"),
    "כתובת הַמַדְפֶּסֶת": ("המדפ", "הַמַד", "כתו"),
    "ตั้งค่าเครื่องพิมพ์": ("ตั้งค่า",),
    "Hướng dẫn điện thoại": ("dien th", "điện th", "huong d", "Hướ"),
    "Türöffner am Tor": ("tuer", "TUERÖFF", "türöf", "tuero", "turof", "am tuer"),
    "Grüne Garage": ("gruene gara", "gruene garage"),
    "Ueberspannung im Haus": ("übersp", "uebersp", "haus übers"),
    "Großes Überfahrtstor": ("grosses ueberf", "grosses ub", "großes übe", "ueberfahrt"),
}
# MongoDB joins only words with blanks between them, divides none, and knows đ as a letter of its own.
ONLY_ELASTICSEARCH = {"프린터설정", "вай-фай", "dien th"}
# A query → titles that begin as if its last letters were an umlaut
INVENTED = {
    "PoE": ("Power supply", "Port forwarding", "Reset your policies"),
    "toe": ("Toner is empty", "Tool for tokens"),
    "joe": ("Job is late", "Join the meeting"),
    "fuel": ("Fully charged", "Full disk"),
    "aer": ("Archive", "Arm of the desk"),
    "blue": ("Blunt knife", "Blum"),
    "neue": ("Neutral colour", "Neuro"),
    "poet": ("Pottery", "Potsdam"),
}


@pytest.fixture(params=["mongo", "elastic"])
def engine(request: pytest.FixtureRequest) -> World:
    found: World = request.getfixturevalue(f"{request.param}_world")
    return found


def fill(world: World) -> None:
    world.hear(
        *(ticket_event(f"t{at}", 1, "x", number=f"INC-{at}", title=title) for at, title in enumerate(BEGUN, 1)),
        ticket_event("b", 1, "x", number="INC-99", title="Фай надо Τελος"),
    )


def test_a_beginning_is_found_in_each_script(engine: World) -> None:
    fill(engine)
    missed = [
        (title, q)
        for at, (title, asked) in enumerate(BEGUN.items(), 1)
        for q in asked
        for found in [engine.ask(q, AGENT)]
        if (numbers(found)[:1], found.did_you_mean) != ([f"INC-{at}"], None)
    ]
    assert {q for _, q in missed} <= (ONLY_ELASTICSEARCH if engine.name == "mongo" else set()), missed


@pytest.mark.parametrize("q", INVENTED)
def test_no_beginning_is_invented(engine: World, q: str) -> None:
    """What is found at all is found as a typing error."""
    titles = enumerate((*INVENTED[q], "Öl für Übungen"))
    engine.hear(*(ticket_event(f"t{at}", 1, "x", number=f"INC-{at}", title=title) for at, title in titles))
    found = engine.ask(q, AGENT)
    assert not found.items or found.did_you_mean
    assert found.did_you_mean not in ("po", "to", "jo", "ful", "ar", "blu", "neu", "pot")


def test_a_word_that_begins_as_typed_comes_first(engine: World) -> None:
    engine.hear(
        ticket_event("a", 1, "x", number="INC-1", title="Power supply"),
        ticket_event("b", 1, "x", number="INC-2", title="PoE for access points"),
        ticket_event("c", 1, "x", number="INC-3", title="バスケット"),
        ticket_event("d", 1, "x", number="INC-4", title="パスワード"),
    )
    assert engine.found("poe", AGENT) == ["INC-2"]
    engine.hear(
        ticket_event("e", 1, "switch", number="INC-5", title="Switch policy of the switch"),
        ticket_event("f", 1, "x", number="INC-6", title="No PoE on a switch any more"),
    )
    assert engine.found("switch poe", AGENT, size=1) == ["INC-6"]
    assert engine.found("パス", AGENT)[0] == "INC-4" or engine.name == "mongo"


def test_a_note_in_another_script_is_for_staff(elastic_world: World) -> None:
    elastic_world.hear(
        ticket_event("a", 1, "x", number="INC-1", title="Help"),
        ticket_event("a", 2, "Спросить про ёлку", "internal", number="INC-1", title="Help"),
    )
    assert elastic_world.found("про елк", AGENT) == ["INC-1"]
    assert elastic_world.found("про елк", ALICE) == []


@pytest.mark.parametrize(
    ("title", "sentence"),
    [
        ("프린터 설정", "프린터"),
        ("Настройка йода", "йод настройка"),
        ("Ρύθμιση εκτυπωτή", "εκτυπωτή"),
        ("Drücker", "drücker"),
    ],
)
def test_an_article_in_another_script_is_suggested(engine: World, title: str, sentence: str) -> None:
    engine.write(title=title, body="x", state="published")
    assert numbers(suggest(engine.ports, sentence, 5, ALICE)) == ["KB-1001"]
