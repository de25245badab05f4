"""What only Elasticsearch does: a name of several parts is found however somebody writes it, joined or apart."""

import pytest

from .samples import AGENT, ALICE, ticket_event
from .world import World, plain

# query → what one document says
FIRST = {
    "forticlient vpn": "FortiClientVPN",
    "GLOBALPROTECT agent": "the new GlobalProtectAgent!",
    "pulsesecurevpn": "PulseSecure VPN",
    "OpenVpnConnect": "openvpn connect",
    "iphone 15": "iPhone15",
    "IPad 13": "IPAD13",
    "pixel8promax": "Pixel 8 Pro Max",
    "xperia 14 pro": "xPeria14Pro",
    "microsoft teams": "MicrosoftTeams",
    "Google chrome": "google-chrome",
    "one drive": "OneDriveSync",
    "dropbox sync": "my DropBoxSync2",
    "windows 11": "Windows11",
    "debian12": "Debian 12",
    "office 365": "Office365",
    "PROJECT366": "project 366",
    "wi-fi 6": "Wi-Fi6",
    "bluetooth 5": "BlueTooth5",
    "usbc7": "USB-C 7",
    "team viewer": "Teamviewer",
    "anydesk host": "AnyDeskHost",
    "visual studio code": "visualstudiocode",
    "androidstudio": "Android Studio",
    "cisco anyconnect": "CiscoAnyConnect",
    "logmein": "Log Me In",
    "you tube": "YouTube",
    "galaxy s24": "GalaxyS24",
    "sql server 2019": "SQLServer2019",
    "thinkpad x1": "ThinkPad-X1",
    "power automate": "Power_Automate_Desktop",
}
# Each has one of the words, or both with a typing error.
BESIDE = (
    "vpn vpn", "forticlients", "client vpm", "iphone iphone", "iphine 15", "iphone 16", "teams", "microsoft tea",
    "one drove", "drive", "windows 10", "widows 11", "11 people", "office 356", "officewear 365", "wifi",
    "wi fi", "team vierer", "team video", "visual code", "studio", "cisco", "log in", "galaxy", "server 2019",
    "thinkpads x2", "power", "automatic", "project 355", "android", "debian 11", "agent", "gogle chrom",
)  # fmt: skip

NAMES = (
    ("FortiClient", "VPN"), ("iPhone", "15"), ("Microsoft", "Teams"), ("One", "Drive"), ("Windows", "11"),
    ("Office", "365"), ("Wi", "Fi", "6"), ("Visual", "Studio", "Code"), ("Log", "Me", "In"), ("You", "Tube"),
    ("Power", "BI"), ("Cisco", "AnyConnect"), ("Galaxy", "S24"), ("Mac", "Book", "Pro"), ("Key", "Pass"),
    ("Über", "Blick"), ("Google", "Drives"), ("All", "In", "One"), ("Laser", "Jet", "4250"),
)  # fmt: skip


def spellings(name: tuple[str, ...]) -> list[str]:
    own = [mark.join(name) for mark in ("", " ", "-")]
    return [*own, *(one.lower() for one in own)]


def test_a_name_is_found_by_its_parts_and_by_its_joined_form(elastic_world: World) -> None:
    elastic_world.hear(
        *(
            ticket_event(f"t{at}", 1, f"Since Monday {text} hangs", number=f"INC-{at}", title="Trouble")
            for at, text in enumerate(FIRST.values())
        ),
        *(ticket_event(f"b{at}", 1, "x", number=f"REQ-{at}", title=text) for at, text in enumerate(BESIDE)),
    )
    asked = {q: elastic_world.ask(q, AGENT) for q in FIRST}
    first = {q: (plain(found.items[0]), found.did_you_mean) for q, found in asked.items() if found.items}
    assert first == {q: (f"Trouble\nSince Monday {text} hangs", None) for q, text in FIRST.items()}


def test_each_spelling_of_a_name_finds_each_other(elastic_world: World) -> None:
    numbered = {(name, at): f"INC-{row}{at}" for row, name in enumerate(NAMES, 1) for at in range(len(spellings(name)))}
    elastic_world.hear(
        *(
            ticket_event(number, 1, f"We bought {spellings(name)[at]} anew.", number=number, title="Order")
            for (name, at), number in numbered.items()
        )
    )
    missed = {
        (q, spellings(name)[at])
        for name in NAMES
        for q in (*spellings(name), " ".join(name).upper())
        for found in [elastic_world.found(q, AGENT, size=100)]
        for at in range(len(spellings(name)))
        if numbered[name, at] not in found
    }
    assert missed == set()


@pytest.mark.parametrize(
    ("q", "exact", "other"),
    [
        ("forticlient vpn", "forticlient vpn", "FortiClientVPN"),
        ("windows 11", "It is windows, number 11", "Windows11"),
        ("windows11", "windows11", "Windows 11"),
        ("onedrive", "Onedrive", "One Drive"),
        ("one drive", "one drive", "OneDrive"),
        ("broken office 365", "office 365 is broken", "broken Office365"),
    ],
)
def test_the_words_as_they_were_typed_stay_first(elastic_world: World, q: str, exact: str, other: str) -> None:
    elastic_world.hear(
        ticket_event("a", 1, other, number="INC-1", title=other),
        ticket_event("b", 1, f"{'Something else. ' * 50} {exact}.", number="INC-2", title="Desk"),
    )
    assert elastic_world.found(q, AGENT) == ["INC-2", "INC-1"]


def test_a_hit_has_both_words(elastic_world: World) -> None:
    """Others only fill the page."""
    elastic_world.hear(
        ticket_event("a", 1, "The new FortiClientVPN hangs", number="INC-1", title="Trouble"),
        *(ticket_event(f"b{at}", 1, "vpn", number=f"INC-{at}", title="vpn vpn vpn") for at in range(2, 5)),
    )
    assert elastic_world.found("forticlient vpn", AGENT)[0] == "INC-1"
    assert elastic_world.found("forticlient vpn", AGENT, size=1) == ["INC-1"]
    assert elastic_world.found("hangs forticlient", AGENT) == ["INC-1"]


def test_words_that_are_not_neighbours_are_not_joined(elastic_world: World) -> None:
    elastic_world.hear(
        ticket_event("a", 1, "One of them can drive", number="INC-1", title="Trouble"),
        ticket_event("b", 1, "Der Drucker hat einen Laser", number="INC-2", title="Etwas"),
    )
    assert elastic_world.found("onedrive", AGENT) == []
    assert elastic_world.found("Laserdrucker", AGENT) == []


def test_words_that_follow_each_other_come_before_words_apart(elastic_world: World) -> None:
    """In one of two texts with the same words, two pairs of them follow each other as in the query."""
    texts = {"INC-1": "The blue lamp shows a screen of boot", "INC-2": "The boot shows a lamp of blue screen"}
    elastic_world.hear(*(ticket_event(one, 1, text, number=one, title="X") for one, text in texts.items()))
    assert elastic_world.found("boot shows lamp blue screen", AGENT) == ["INC-2", "INC-1"]


def test_joined_words_of_a_note_are_for_staff(elastic_world: World) -> None:
    elastic_world.hear(
        ticket_event("a", 1, "It hangs", number="INC-1", title="Trouble"),
        ticket_event("a", 2, "Remove FortiClientVPN, install Cisco AnyConnect", "internal", number="INC-1"),
    )
    for q in ("forticlient vpn", "ciscoanyconnect"):
        assert elastic_world.found(q, AGENT) == ["INC-1"]
        assert elastic_world.found(q, ALICE) == []
