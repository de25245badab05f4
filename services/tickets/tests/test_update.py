from collections.abc import Callable

import pytest

from tickets.usecases import history
from tickets.usecases.command import ATTEMPTS
from trackline_schemas.errors import ServiceError
from trackline_schemas.ticket.commands import NewComment
from trackline_schemas.ticket.views import TicketView

from .world import ALICE, BOB, World

KEY = "0b7f5c1a-94d0-5a55-8a3c-5f1d8b1f2a01"
OTHER_KEY = "7a1fdc1d-6a53-5d0f-8b2f-2a7b8c9d0e02"


@pytest.fixture
def ticket(world: World) -> TicketView:
    return world.create(ALICE, requester_id="bob", team_id="it")


def refused(code: str) -> pytest.RaisesExc[ServiceError]:
    return pytest.raises(ServiceError, check=lambda error: error.code == code)


def test_one_update_is_one_version_and_one_event(world: World, ticket: TicketView) -> None:
    comment = NewComment(text="Try this cable.")
    after = world.update(ticket, comment=comment, changes={"state": "pending", "tags": ["cable"]}, time_spent=5)
    assert (after.version, after.state, after.tags, after.excerpt) == (2, "pending", ["cable"], "Try this cable.")


def test_an_update_without_changes_adds_no_event(world: World, ticket: TicketView) -> None:
    world.clock.forward(hours=1)
    assert world.change(ticket, title=ticket.title) == ticket


def test_the_same_key_returns_the_ticket_as_it_was_then(world: World, ticket: TicketView) -> None:
    first = world.update(ticket, key=KEY, changes={"title": "First"})
    world.change(ticket, title="Second")
    assert world.update(ticket, key=KEY, changes={"title": "First"}) == first
    assert world.change(ticket, title="Second").version == 3


def test_a_repeat_is_recognised_before_if_match_is_checked(world: World, ticket: TicketView) -> None:
    first = world.update(ticket, key=KEY, if_match=1, changes={"title": "First"})
    assert world.update(ticket, key=KEY, if_match=1, changes={"title": "First"}) == first


def test_the_same_key_with_another_body_is_refused(world: World, ticket: TicketView) -> None:
    world.update(ticket, key=KEY, changes={"title": "First"})
    with refused("key_reused"):
        world.update(ticket, key=KEY, changes={"title": "Other"})
    with refused("key_reused"):
        world.update(ticket, key=KEY, changes={"title": "First", "team_id": None})


def test_a_refused_update_does_not_use_up_its_key(world: World, ticket: TicketView) -> None:
    with refused("invalid"):
        world.update(ticket, key=KEY, changes={"state": "resolved"})
    assert world.update(ticket, key=KEY, changes={"state": "pending"}).state == "pending"


def test_commands_are_forgotten_after_fifty_later_ones(world: World, ticket: TicketView) -> None:
    world.update(ticket, key=KEY, changes={"title": "First"})
    for number in range(49):
        world.change(ticket, title=f"Title {number}")
    assert world.update(ticket, key=KEY, changes={"title": "First"}).version == 2
    world.change(ticket, title="Last")
    assert world.update(ticket, key=KEY, changes={"title": "First"}).version == 53


def test_if_match_is_strict(world: World, ticket: TicketView) -> None:
    world.change(ticket, title="Theirs")
    with refused("version_conflict") as stale:
        world.update(ticket, if_match=1, changes={"impact": 1})
    assert stale.value.detail == {"version": 2}
    assert stale.value.status == 412
    assert world.update(ticket, if_match=2, changes={"impact": 1}).version == 3


def test_with_a_base_version_disjoint_changes_merge(world: World, ticket: TicketView) -> None:
    world.change(ticket, title="Theirs")
    after = world.update(ticket, base_version=1, changes={"impact": 1})
    assert (after.title, after.impact, after.version) == ("Theirs", 1, 3)


def test_with_a_base_version_conflicting_changes_are_refused(world: World, ticket: TicketView) -> None:
    world.change(ticket, title="Theirs", tags=["a"])
    with refused("version_conflict") as conflict:
        world.update(ticket, base_version=1, changes={"title": "Mine", "tags": ["b"]})
    assert conflict.value.detail["fields"] == {
        "title": {"base": "No network", "theirs": "Theirs", "mine": "Mine"},
        "tags": {"base": [], "theirs": ["a"], "mine": ["b"]},
    }
    assert world.update(ticket, base_version=1, changes={"tags": ["a"]}).version == 2


def test_a_base_version_of_the_future_is_invalid(world: World, ticket: TicketView) -> None:
    with refused("invalid"):
        world.update(ticket, base_version=2, changes={"title": "Mine"})


def test_without_either_the_last_writer_wins(world: World, ticket: TicketView) -> None:
    world.change(ticket, title="Theirs", impact=1)
    after = world.change(ticket, title="Mine")
    assert (after.title, after.impact) == ("Mine", 1)


def test_an_update_is_retried_after_a_concurrent_change(world: World, ticket: TicketView) -> None:
    world.fake.before_save = lambda: world.change(ticket, impact=1)
    after = world.change(ticket, urgency=1)
    assert (after.version, after.priority) == (3, 1)


def test_a_concurrent_call_with_the_same_key_gives_the_answer(world: World, ticket: TicketView) -> None:
    world.fake.before_save = lambda: world.update(ticket, key=KEY, changes={"title": "Once"})
    assert world.update(ticket, key=KEY, changes={"title": "Once"}).version == 2
    stored = world.tickets.by_id(ticket.id)
    assert stored is not None
    assert stored.ticket.version == 2


def test_one_of_several_versions_is_enough(world: World, ticket: TicketView) -> None:
    assert world.update(ticket, if_match=[1, 7], changes={"urgency": 1}).version == 2
    with refused("version_conflict") as stale:
        world.update(ticket, if_match=[1, 7], changes={"urgency": 2})
    assert stale.value.params["base"] == 7


def test_a_concurrent_change_is_reported_if_if_match_is_given(world: World, ticket: TicketView) -> None:
    world.fake.before_save = lambda: world.change(ticket, impact=1)
    with refused("version_conflict"):
        world.update(ticket, if_match=1, changes={"urgency": 1})


def test_an_update_gives_up_after_too_many_conflicts(world: World, ticket: TicketView) -> None:
    overtaken: list[int] = []

    def overtake() -> None:
        overtaken.append(len(overtaken))
        world.change(ticket, title=f"Title {len(overtaken)}")
        world.fake.before_save = again

    again: Callable[[], None] = overtake
    world.fake.before_save = again
    with refused("unavailable"):
        world.change(ticket, impact=1)
    assert len(overtaken) == ATTEMPTS


def test_a_new_category_must_be_active(world: World, ticket: TicketView) -> None:
    with refused("invalid") as unknown:
        world.change(ticket, category_id="unknown")
    assert unknown.value.detail["errors"][0]["pointer"] == "/changes/category_id"
    network = world.category()
    filed = world.change(ticket, category_id=network.id)
    world.set_category(network, active=False)
    assert world.change(filed, category_id=network.id, title="Still filed there").category_id == network.id


def test_the_window_for_replies_is_a_setting(world: World, ticket: TicketView) -> None:
    world.resolved(ticket)
    world.clock.forward(days=8)
    with refused("ticket_closed") as late:
        world.say(ticket, BOB, "It broke again.")
    assert late.value.status == 409


def test_the_first_reply_stays_the_first(world: World, ticket: TicketView) -> None:
    first = world.say(ticket, ALICE, "We look into it.").first_reply_at
    world.clock.forward(hours=1)
    assert world.say(ticket, BOB, "Thank you.").first_reply_at == first
    assert world.say(ticket, ALICE, "It works again.").first_reply_at == first == ticket.created_at


def test_an_unknown_number_is_not_found(world: World, ticket: TicketView) -> None:
    with refused("not_found"):
        world.change(ticket.model_copy(update={"number": "INC-9"}), title="Mine")


def test_numbers_are_found_in_any_case(world: World, ticket: TicketView) -> None:
    assert world.change(ticket.model_copy(update={"number": "inc-1001"}), title="Mine").version == 2


def test_a_comment_keeps_the_format_of_its_author(world: World, ticket: TicketView) -> None:
    world.update(ticket, comment=NewComment(text="It is **on**.", format="markdown"))
    after = world.update(ticket, comment=NewComment(text="It is **on**."))
    comments = history.comments(world.ports, ticket.number, 25, None, ALICE).items
    assert [(one.text, one.format) for one in comments[1:]] == [
        ("It is **on**.", "markdown"),
        ("It is **on**.", "plain"),
    ]
    assert after.excerpt == "It is **on**."


def test_a_reply_in_markdown_has_an_excerpt_without_marks(world: World, ticket: TicketView) -> None:
    after = world.update(ticket, comment=NewComment(text="## Steps\n\n- **on**", format="markdown"))
    assert after.excerpt == "Steps on"


def test_a_description_may_be_markdown(world: World) -> None:
    opened = world.create(BOB, description="It is **off**.", description_format="markdown")
    assert [one.format for one in history.comments(world.ports, opened.number, 25, None, BOB).items] == ["markdown"]
    assert opened.excerpt == "It is off."
