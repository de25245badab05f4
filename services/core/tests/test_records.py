"""Creating, changing and restoring a record, with a store in memory."""

from dataclasses import replace
from datetime import datetime, timedelta
from itertools import count
from typing import Any
from uuid import uuid4

import pytest

from trackline_core.records import history, service
from trackline_core.records.command import parse_command
from trackline_core.records.sync import Records
from trackline_schemas.base import now
from trackline_schemas.categories import Category, CreateCategory
from trackline_schemas.context import CallContext
from trackline_schemas.errors import ServiceError
from trackline_schemas.filters import Condition
from trackline_schemas.records import ChangesQuery, RecordUse
from trackline_schemas.records.kinds import reply_template
from trackline_schemas.records.kinds.category import KIND
from trackline_schemas.versions import IfMatch
from trackline_schemas.viewer import Viewer
from trackline_testing.records import ROOT, FakeRecords

ALICE = Viewer(id="alice", teams={"it": "reply"})


class Office:
    def __init__(self) -> None:
        self.store = FakeRecords(KIND)
        self.counted: list[tuple[str, str]] = []
        self.records = Records(
            KIND, self.store, now, "/test", lambda command, outcome: self.counted.append((command, outcome))
        )

    def create(self, name: str = "Network", viewer: Viewer = ROOT, key: str | None = None, **more: Any) -> Category:
        command = CreateCategory(name=name, **more)
        context = CallContext(viewer=viewer, command_id=key, key_sent=key is not None)
        made: Category = self.records.create(key or uuid4().hex, command.model_dump(), command.digest(), context)
        return made

    def update(
        self,
        category: Category,
        viewer: Viewer = ROOT,
        if_match: IfMatch = None,
        key: str | None = None,
        **given: Any,
    ) -> Category:
        context = CallContext(viewer=viewer, command_id=key, key_sent=key is not None)
        digest = repr(sorted(given.items())).encode()
        changed: Category = self.records.update(category.id, given, digest, if_match, context)
        return changed


@pytest.fixture
def office() -> Office:
    return Office()


def refused(code: str) -> pytest.RaisesExc[ServiceError]:
    return pytest.raises(ServiceError, check=lambda error: error.code == code)


def test_one_of_several_versions_is_enough(office: Office) -> None:
    made = office.create()
    assert office.update(made, name="LAN", if_match=[1, 7]).version == 2
    with pytest.raises(ServiceError):
        office.update(made, name="WAN", if_match=[1, 7])


def test_a_stale_if_match_is_refused_with_the_current_version(office: Office) -> None:
    made = office.create()
    office.update(made, name="LAN", if_match=1)
    with pytest.raises(ServiceError) as stale:
        office.update(made, name="WAN", if_match=1)
    assert (stale.value.code, stale.value.reason, stale.value.detail["version"]) == (
        "version_conflict",
        "changed_meanwhile",
        2,
    )


def test_the_same_key_changes_once_and_another_body_under_it_is_refused(office: Office) -> None:
    made, key = office.create(), str(uuid4())
    first = office.update(made, name="LAN", if_match=1, key=key)
    assert office.update(made, name="LAN", if_match=1, key=key) == first
    with refused("key_reused"):
        office.update(made, name="WAN", key=key)
    assert [event.sequence for event in office.store.events] == [1, 2]


def test_a_repeated_create_returns_the_record_in_its_current_state(office: Office) -> None:
    key = str(uuid4())
    made = office.create(key=key)
    later = office.update(made, name="LAN")
    assert office.create(key=key) == later
    with refused("key_reused"):
        office.create("Hardware", key=key)
    assert office.counted == [
        ("create_category", "created"),
        ("update_category", "updated"),
        ("create_category", "repeated"),
        ("create_category", "refused"),
    ]


def test_a_repeated_create_answers_nothing_after_rights_were_lost() -> None:
    store, key = FakeRecords(reply_template.KIND), str(uuid4())
    records = Records(reply_template.KIND, store, now, "/test", lambda command, outcome: None)
    command = reply_template.CreateReplyTemplate(name="Hello", text="Hello", visibility="team", team_id="it")

    def create(viewer: Viewer) -> Any:
        context = CallContext(viewer=viewer, command_id=key, key_sent=True)
        return records.create(key, command.model_dump(), command.digest(), context)

    made = create(ALICE)
    assert create(ALICE) == made
    moved = {"team_id": "hr", "text": "For human resources"}
    records.update(made.id, moved, b"moved", None, CallContext(viewer=ROOT))
    with refused("not_found"):
        create(ALICE)
    assert create(ROOT).team_id == "hr"


def test_a_taken_name_is_refused_with_a_pointer_to_it(office: Office) -> None:
    office.create()
    with pytest.raises(ServiceError) as taken:
        office.create("network")
    assert (taken.value.code, taken.value.detail["field"]) == ("conflict", "name")
    assert taken.value.message == "There is an active category network already."
    assert taken.value.detail["errors"][0]["pointer"] == "/name"


def test_rights_and_required_fields_are_checked(office: Office) -> None:
    made = office.create(team_id="it")
    with refused("forbidden"):
        office.create("Mine", viewer=ALICE)
    with refused("forbidden"):
        office.update(made, viewer=ALICE, name="Mine")
    assert office.update(made, team_id=None).team_id is None
    with pytest.raises(ServiceError, match="field_cannot_be_emptied"):
        office.update(made, name=None)


def test_a_writer_gives_up_after_too_many_conflicts(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    made = office.create()
    find = office.store.find
    monkeypatch.setattr(office.store, "find", lambda key: {**(find(key) or {}), "version": 7})
    with pytest.raises(ServiceError, match="Too many changes of this category at once"):
        office.update(made, name="LAN")


def test_lists_are_ordered_by_name_and_filtered(office: Office) -> None:
    office.create("printers")
    network = office.create("Network", team_id="it")
    office.update(office.create("Attic"), active=False)
    assert [one.name for one in office.records.select(None, ALICE)] == ["Attic", "Network", "printers"]
    active = Condition(field="active", op="eq", value=True)
    assert [one.name for one in office.records.select(active, ALICE)] == ["Network", "printers"]
    assert office.records.select(Condition(field="team_id", op="eq", value="it"), ALICE) == [network]
    with refused("invalid_filter"):
        office.records.select(Condition(field="create_hash", op="eq", value="x"), ALICE)


def test_the_history_restores_by_an_ordinary_update(office: Office) -> None:
    made = office.create(team_id="it")
    renamed = office.update(made, name="LAN", team_id=None)
    (newest, first) = office.records.history(ChangesQuery(), ROOT)
    assert newest.changes == {"name": ("Network", "LAN"), "team_id": ("it", None)}
    assert (newest.kind, newest.record_id, newest.actor_id, newest.version) == ("category", made.id, "root", 2)
    assert first.changes == {"name": (None, "Network"), "team_id": (None, "it"), "active": (None, True)}
    restored = office.update(renamed, if_match=renamed.version, **newest.before)
    assert (restored.name, restored.team_id, restored.version) == ("Network", "it", 3)


def test_members_that_are_not_fields_are_in_no_history(office: Office) -> None:
    key = uuid4().hex
    values = {"name": "Network", "password_hash": "$argon2id$"}
    office.records.create(key, values, b"d", CallContext(viewer=ROOT))
    office.records.update(key, {"password_hash": "$argon2id$other"}, b"d", None, CallContext(viewer=ROOT))
    assert all("argon" not in change.model_dump_json() for change in office.records.history(ChangesQuery(), ROOT))
    assert all("argon" not in event.model_dump_json() for event in office.store.events)


def test_wrong_values_are_refused_by_pointer() -> None:
    with pytest.raises(ServiceError) as wrong:
        parse_command(CreateCategory, {"name": "", "colour": "red"})
    assert {error["pointer"] for error in wrong.value.detail["errors"]} == {"/name", "/colour"}


def _ignore(_command: str, _outcome: str) -> None: ...


class Library:
    """The real records of categories and reply templates, over stores in memory. Each write is a second after the one
    before, because changes of the same millisecond have no order."""

    def __init__(self) -> None:
        start, seconds = now(), count()

        def clock() -> datetime:
            return start + timedelta(seconds=next(seconds))

        self.kept = {
            kind.name: Records(kind, FakeRecords(kind), clock, "/test", _ignore) for kind in (KIND, reply_template.KIND)
        }

    def create(self, kind: str, viewer: Viewer = ROOT, **values: Any) -> str:
        """Returns the id of the new record."""
        return str(service.create(self.kept, kind, values, CallContext(viewer=viewer))["id"])

    def update(self, kind: str, key: str, viewer: Viewer = ROOT, **values: Any) -> None:
        service.update(self.kept, kind, key, values, None, CallContext(viewer=viewer))


def test_records_that_use_a_team_are_listed_whoever_may_read_them() -> None:
    library = Library()
    category = library.create("category", name="Network", team_id="it")
    template = library.create("reply_template", ALICE, name="Greeting", text="Hello", visibility="team", team_id="it")
    library.create("category", name="Hardware", team_id="hr")
    library.update("category", library.create("category", name="Printers", team_id="it"), active=False)
    assert service.used_by(library.kept, "team", "it", ROOT) == [
        RecordUse(kind="category", id=category, name="Network", field="team_id"),
        RecordUse(kind="reply_template", id=template, name="Greeting", field="team_id"),
    ]
    with refused("forbidden"):
        service.used_by(library.kept, "team", "it", ALICE)


def test_changes_of_records_that_the_viewer_may_not_read_hide_their_name_and_values() -> None:
    library = Library()
    library.create("reply_template", ALICE, name="Private", text="Secret words")
    (hidden,) = service.changes(library.kept, ChangesQuery(), ROOT).items
    assert (hidden.hidden, hidden.name, hidden.changes, hidden.actor_id) == (True, "", {}, "alice")
    assert "ecret" not in hidden.model_dump_json()
    library.create("reply_template", ROOT, name="Mine", text="Words of my own")
    mine = service.changes(library.kept, ChangesQuery(), ROOT).items[0]
    assert (mine.hidden, mine.name, mine.changes["text"]) == (False, "Mine", (None, "Words of my own"))


def test_what_was_written_while_a_record_was_personal_stays_hidden() -> None:
    library = Library()
    key = library.create("reply_template", ALICE, name="Greeting", text="First words")
    library.update("reply_template", key, ALICE, text="Second words", visibility="team", team_id="it")
    library.update("reply_template", key, ALICE, text="Third words")
    newest, shared, first = service.changes(library.kept, ChangesQuery(), ROOT).items
    assert (newest.hidden, newest.changes) == (False, {"text": ("Second words", "Third words")})
    assert (shared.hidden, first.hidden) == (True, True)
    library.update("reply_template", key, ALICE, visibility="personal", team_id=None)
    assert all(change.hidden for change in service.changes(library.kept, ChangesQuery(), ROOT).items)


def test_pages_of_the_history_follow_one_another() -> None:
    library = Library()
    for name in ("Network", "Hardware", "Software"):
        library.create("category", name=name)
    seen, after = [], None
    for _ in range(3):
        page = service.changes(library.kept, ChangesQuery(size=1, after=after), ROOT)
        seen += [change.name for change in page.items]
        after = page.after
    assert (seen, after) == (["Software", "Hardware", "Network"], None)


def test_a_change_says_whether_it_created_the_record() -> None:
    library = Library()
    library.update("category", library.create("category", name="Network"), name="LAN")
    assert [one.created for one in service.changes(library.kept, ChangesQuery(), ROOT).items] == [False, True]
    from_start = replace(KIND, exists_from_start=True)
    row = {"_id": "c:00000001", "subject": "c", "sequence": 1, "recordedat": now(), "actor": "root", "data": {}}
    assert not history.to_change(from_start, {**row, "changes": {"name": ("Network", "LAN")}}, {}).created


@pytest.mark.parametrize("name", ["Gebäude", "GEBÄUDE", "Geba\u0308ude", "Gebäu\u200bde", "Gebäude\ufe0f", " gebäude "])
def test_names_that_look_the_same_are_one_name(office: Office, name: str) -> None:
    office.create("Gebäude")
    with refused("conflict"):
        office.create(name)
    other = office.create("Gebaude")
    with refused("conflict"):
        office.update(other, name=name)
