from trackline_core.dispatch import by_handler
from trackline_schemas.events import Event
from trackline_testing.outbox_contract import event


class Reader:
    def first(self) -> None: ...
    def second(self) -> None: ...


def typed(type_: str, sequence: int) -> Event:
    return event(sequence).model_copy(update={"type": type_})


def test_handlers_come_in_their_order_and_events_in_that_of_the_batch() -> None:
    batch = [typed("b", 1), typed("a", 2), typed("unknown", 3), typed("b", 4)]
    assert [*by_handler({"a": "first", "b": "second"}, batch)] == [("first", [batch[1]]), ("second", batch[::3])]


def test_a_handler_of_two_types_gets_the_events_of_both_together() -> None:
    reader, batch = Reader(), [typed("a", 1), typed("b", 2), typed("c", 3)]
    # Each access to a method makes a new object: the two are equal, but not the same.
    handlers = {"a": reader.first, "b": reader.second, "c": reader.first}
    assert [*by_handler(handlers, batch)] == [(reader.first, [batch[0], batch[2]]), (reader.second, [batch[1]])]


def test_a_handler_without_events_is_not_called() -> None:
    assert [*by_handler({"a": "first"}, [typed("b", 1)])] == []
