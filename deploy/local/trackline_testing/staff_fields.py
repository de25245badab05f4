"""Two worlds for the tests of everything that reads tickets. They differ only in the staff fields of one ticket.
Whatever a requester asks must have the same answer in both."""

from collections.abc import Callable, Mapping
from typing import Any

from hypothesis import strategies as st

from trackline_schemas.errors import ServiceError
from trackline_schemas.filters import TICKET_FIELDS, And, Condition, Filter, Not, Or, fields_of
from trackline_schemas.rpc import METHODS
from trackline_schemas.ticket.fields import STAFF_FIELDS

# Each staff field with its value in the first world and in the second one. A new staff field needs a row here.
SECRETS: Mapping[str, tuple[Any, Any]] = {
    "tags": (["burnout", "leave"], ["printer"]),
    "priority_reason": ("The works council asked.", "The board is waiting."),
}
assert SECRETS.keys() == STAFF_FIELDS, "each staff field needs two values that tests can tell apart"
WORLDS = tuple({name: values[index] for name, values in SECRETS.items()} for index in (0, 1))

GUESSES = {
    name: [one for value in values for one in ([value] if isinstance(value, str) else value)]
    for name, values in SECRETS.items()
}
_PUBLIC: list[Filter] = [
    Condition(field="state", op="in", value=["new", "open"]),
    Condition(field="priority", op="lte", value=3),
    Condition(field="team_id", op="is_set", value=True),
    Condition(field="requester_id", op="eq", value="bob"),
]


def _conditions(field: str) -> list[Filter]:
    each: list[Filter] = [Condition(field=field, op="eq", value=value) for value in GUESSES[field]]
    given: Filter = Condition(field=field, op="is_set", value=True)
    return [*each, given, Condition(field=field, op="in", value=GUESSES[field])]


SECRET_CONDITIONS = [one for field in sorted(STAFF_FIELDS & TICKET_FIELDS.keys()) for one in _conditions(field)]


def secret_filters() -> st.SearchStrategy[Filter]:
    """Draws filters that use a staff field somewhere in their tree."""
    trees: st.SearchStrategy[Filter] = st.recursive(
        st.sampled_from([*SECRET_CONDITIONS, *_PUBLIC]),
        lambda inner: st.one_of(
            st.builds(lambda children: And(all=children), st.lists(inner, max_size=3)),
            st.builds(lambda children: Or(any=children), st.lists(inner, max_size=3)),
            st.builds(lambda child: Not(filter=child), inner),
        ),
        max_leaves=5,
    )
    return trees.filter(lambda node: bool(fields_of(node) & STAFF_FIELDS))


def answer(ask: Callable[[], Any]) -> Any:
    """Returns what a caller learns: the JSON form of the answer, or the refusal with its details."""
    try:
        return _plain(ask())
    except ServiceError as error:
        return error.code, str(error), error.detail


def _plain(found: Any) -> Any:
    if isinstance(found, list):
        return [_plain(one) for one in found]
    return found.model_dump(mode="json") if hasattr(found, "model_dump") else found


def check_each_method_is_listed(service: str, tested: Mapping[str, Any], silent: Mapping[str, str]) -> None:
    """`silent` maps the methods that answer nothing about tickets to the reason. A new method needs a row in one."""
    assert METHODS[service].keys() == tested.keys() | silent.keys()
    assert not tested.keys() & silent.keys()
