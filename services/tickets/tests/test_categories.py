import pytest

from tickets.usecases.category import categories, create_category
from trackline_schemas.categories import CreateCategory
from trackline_schemas.errors import ServiceError
from trackline_schemas.events import CATEGORY_CHANGED, CategoryChanged
from trackline_testing.records import FakeRecords

from .world import ALICE, ROOT, World, call

KEY = "6d2b3b0e-6f5e-5f0e-9a51-0a7f0d3f1c11"


def refused(code: str) -> pytest.RaisesExc[ServiceError]:
    return pytest.raises(ServiceError, check=lambda error: error.code == code)


def test_each_change_is_one_event_with_the_whole_state(world: World) -> None:
    category = world.category(team_id="network")
    world.set_category(category, name="LAN", team_id=None)
    store = world.stores["category"]
    assert isinstance(store, FakeRecords)
    events = store.events
    assert [(event.type, event.sequence, event.subject) for event in events] == [
        (CATEGORY_CHANGED, 1, category.id),
        (CATEGORY_CHANGED, 2, category.id),
    ]
    assert CategoryChanged.model_validate(events[1].data) == CategoryChanged(id=category.id, name="LAN")


def test_a_category_says_who_changed_it_last_and_when(world: World) -> None:
    made = world.category("Network")
    later = world.set_category(made.model_copy(update={"updated_at": None, "updated_by_id": None}), name="LAN")
    for known in (made, later):
        assert (known.updated_by_id, known.updated_at) == (ROOT.id, world.ports.clock())
    assert categories(world.ports) == [later]


def test_the_name_of_an_active_category_is_unique(world: World) -> None:
    first = world.category("Network")
    with refused("conflict"):
        world.category("NETWORK")
    world.set_category(first, active=False)
    second = world.category("Network")
    with refused("conflict"):
        world.set_category(first, active=True)
    assert [category.active for category in categories(world.ports)] == [False, True]
    assert second.active


def test_the_same_key_creates_one_category(world: World) -> None:
    command = CreateCategory(name="Network")
    first = create_category(world.ports, command, call(ROOT, KEY))
    assert create_category(world.ports, command, call(ROOT, KEY)) == first
    with refused("key_reused"):
        create_category(world.ports, CreateCategory(name="Printers"), call(ROOT, KEY))


def test_only_administrators_write(world: World) -> None:
    category = world.category()
    with refused("forbidden"):
        world.set_category(category, ALICE, name="Mine")
    with refused("forbidden"):
        create_category(world.ports, CreateCategory(name="Mine"), call(ALICE))


def test_an_update_without_changes_has_no_event_and_null_names_are_refused(world: World) -> None:
    category = world.category()
    assert world.set_category(category, name="Network") == category
    with refused("invalid"):
        world.set_category(category, name=None)
    with refused("not_found"):
        world.set_category(category.model_copy(update={"id": "other"}), name="Mine")
