from trackline_core.dispatch import group_by_handler
from trackline_schemas.events import Event
from trackline_testing.outbox_contract import event


class Reader:
    def first(self) -> None: ...
    def second(self) -> None: ...


def of_type(type_: str, sequence: int) -> Event:
    return event(sequence).model_copy(update={"type": type_})


def test_handlers_keep_their_order_and_events_the_order_of_the_batch() -> None:
    batch = [of_type("b", 1), of_type("a", 2), of_type("unknown", 3), of_type("b", 4)]
    assert [*group_by_handler({"a": "first", "b": "second"}, batch)] == [("first", [batch[1]]), ("second", batch[::3])]


def test_a_handler_of_two_types_gets_the_events_of_both_together() -> None:
    reader, batch = Reader(), [of_type("a", 1), of_type("b", 2), of_type("c", 3)]
    # Each access to a method makes a new object: the two are equal, but not the same.
    handlers = {"a": reader.first, "b": reader.second, "c": reader.first}
    assert [*group_by_handler(handlers, batch)] == [(reader.first, [batch[0], batch[2]]), (reader.second, [batch[1]])]


def test_a_handler_without_events_is_not_called() -> None:
    assert [*group_by_handler({"a": "first"}, [of_type("b", 1)])] == []
