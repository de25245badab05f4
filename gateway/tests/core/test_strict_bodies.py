"""Every field of every body takes the JSON type that the document names, and no other."""

import time
from collections.abc import Iterator
from typing import Any

import pytest
from pydantic import ValidationError

from gateway.people.security import SecurityLogQuery
from trackline_schemas.base import Command

from .gateways import World
from .test_openapi import operations
from .test_parameters import LAX

NEW = {"title": "t", "description": "d"}
T = "/api/v1/tickets"
# JSON type or format → values of other types, which Pydantic would convert.
OTHERS: dict[str, list[Any]] = {
    "integer": [True, False, "3", "", [3]],
    "number": [True, "3.5"],
    "boolean": [1, 0, "true", "yes", "on", "f"],
    "date-time": [True, 5, 1.5, "5", "1700000000", "-1", *LAX["date-time"]],
}


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({**NEW, "impact": True}, "/impact"),
        ({**NEW, "urgency": "3"}, "/urgency"),
        ({**NEW, "impact": False, "urgency": "high"}, "/impact"),
        ({**NEW, "impact": 2.5}, "/impact"),
        ({**NEW, "impact": [2]}, "/impact"),
        ({**NEW, "title": 5}, "/title"),
        ({**NEW, "title": True}, "/title"),
        ({**NEW, "tags": "vpn"}, "/tags"),
    ],
)
async def test_a_value_of_another_type_is_refused(gateway: World, body: Any, pointer: str) -> None:
    answer = await gateway.ask("POST", T, json=body)
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, pointer)
    assert gateway.rpc.calls == []


async def test_numbers_as_generated_clients_send_them(gateway: World) -> None:
    """3.0 is an integer in JSON Schema, and some libraries for JSON know floating point only."""
    answer = await gateway.ask("POST", T, json={**NEW, "impact": 2.0, "urgency": 3})
    assert answer.status_code == 201
    assert gateway.rpc.sent("tickets.create")["command"]["impact"] == 2


def commands(of: type[Command] = Command) -> Iterator[type[Command]]:
    for kind in of.__subclasses__():
        yield kind
        yield from commands(kind)


def fields() -> Iterator[tuple[type[Command], str, str]]:
    """Yields (command, name in JSON, type) of each field that takes one of the types."""
    for kind in {*commands()}:
        for name, schema in kind.model_json_schema().get("properties", {}).items():
            choices = schema.get("anyOf", [schema])
            for choice in choices:
                found = choice.get("format") or choice.get("type")
                if found in OTHERS and "string" not in {one.get("type") for one in choices if "format" not in one}:
                    yield kind, name, found


@pytest.mark.parametrize("place", [*fields()], ids=lambda place: f"{place[0].__name__}.{place[1]}")
def test_a_field_takes_one_type(place: tuple[type[Command], str, str]) -> None:
    kind, name, type_ = place
    for value in OTHERS[type_]:
        with pytest.raises(ValidationError) as caught:
            kind.model_validate({name: value})
        assert any(error["loc"][0] == name for error in caught.value.errors()), value


def test_a_refused_instant_is_told_what_an_instant_looks_like() -> None:
    with pytest.raises(ValidationError) as caught:
        SecurityLogQuery.model_validate({"since": "2024-01-01T10:00:00+0100"})
    assert "not_an_instant" in {error["type"] for error in caught.value.errors()}


async def test_every_model_in_a_body_is_a_command(gateway: World) -> None:
    document = (await gateway.ask("GET", "/openapi.json", None)).json()
    schemas, known = document["components"]["schemas"], {kind.__name__ for kind in commands()}
    bodies = [
        body["schema"]
        for _, _, operation in operations(document)
        for kind, body in operation.get("requestBody", {}).get("content", {}).items()
        if kind == "application/json"
    ]
    named = {name for body in bodies for name in _names(body, schemas)}
    assert named - known == set()
    assert len(named) > 20


def _names(schema: Any, schemas: dict[str, Any], seen: tuple[str, ...] = ()) -> Iterator[str]:
    if isinstance(schema, list):
        for one in schema:
            yield from _names(one, schemas, seen)
    elif isinstance(schema, dict):
        name = str(schema.get("$ref", "")).rpartition("/")[2]
        if name and name not in seen:
            if schemas[name].get("type") == "object":
                yield name
            yield from _names(schemas[name], schemas, (*seen, name))
        for key, inner in schema.items():
            if key != "examples":
                yield from _names(inner, schemas, seen)


@pytest.mark.parametrize(
    ("body", "member"),
    [
        ('{"title": "t", "description": "d", "urgency": 1, "urgency": 2}', "urgency"),
        ('{"title": "t", "description": "d", "urgency": 1, "urgency": 1}', "urgency"),
        (r'{"title": "t", "description": "d", "urgency": 1, "\u0075rgency": 2}', "urgency"),
        ('{"title": "t", "description": "d", "title": null}', "title"),
        ('{"title": "t", "description": "d", "tags": [{"a": 1, "a": 2}]}', "a"),
        ('{"title": "t", "description": "d", "custom": {"b": {"c": 1, "c": 1}}}', "c"),
        ('{"": 1, "": 2}', ""),
        ('[{"x": 1, "x": 2}]', "x"),
    ],
)
async def test_a_member_comes_once(gateway: World, body: str, member: str) -> None:
    answer = await gateway.ask("POST", T, content=body, headers={"Content-Type": "application/json"})
    assert (answer.status_code, answer.json()["reason"]) == (400, "member_repeated")
    assert answer.json()["params"] == {"name": member}
    assert gateway.rpc.calls == []


TWICE = '{"title": "t", "description": "d", "urgency": 1, "urgency": 2}'


@pytest.mark.parametrize("before", ["\ufeff", "\ufeff \n", " \t\r\n"])
async def test_what_stands_before_a_body_hides_no_member(gateway: World, before: str) -> None:
    body, kind = before.encode() + TWICE.encode(), {"Content-Type": "application/json"}
    answer = await gateway.ask("POST", T, content=body, headers=kind)
    assert (answer.status_code, answer.json()["reason"]) == (400, "member_repeated")
    answer = await gateway.ask("POST", T, content=body.replace(b', "urgency": 2', b""), headers=kind)
    assert answer.status_code == 201


@pytest.mark.parametrize("before", ["\ufeff\ufeff", "\u200b", "\u00a0", "\ufffe", "\x00"])
async def test_only_one_byte_order_mark_stands_before_a_body(gateway: World, before: str) -> None:
    body = before.encode() + TWICE.encode()
    answer = await gateway.ask("POST", T, content=body, headers={"Content-Type": "application/json"})
    assert (answer.status_code, answer.json()["code"]) == (400, "malformed")


async def test_no_depth_hides_a_member(gateway: World) -> None:
    """Python reads as deep as its stack allows, which is deeper for FastAPI than for the check."""
    for depth in range(850, 1_000):
        body = '{"title": 1, "title": 2, "custom": ' + "[" * depth + "]" * depth + "}"
        answer = await gateway.ask("POST", T, content=body, headers={"Content-Type": "application/json"})
        assert (answer.status_code, answer.json()["code"]) == (400, "malformed"), depth


async def test_the_last_of_many_members_is_found_quickly(gateway: World) -> None:
    body = "{" + ",".join(f'"m{number}":1' for number in range(80_000)) + ',"m79999":1}'
    started = time.process_time()
    answer = await gateway.ask("POST", T, content=body, headers={"Content-Type": "application/json"})
    assert answer.json()["params"] == {"name": "m79999"}
    assert time.process_time() - started < 5


async def test_equal_names_in_different_objects_and_texts(gateway: World) -> None:
    body = '{"title": "{\\"a\\": 1, \\"a\\": 2}", "description": "d", "attachments": [], "tags": ["title"]}'
    answer = await gateway.ask("POST", T, content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code == 201
    steps = [{"time": "2016-02-29T09:00:00Z", "changes": {"title": "t"}}, {"time": "2016-02-29T09:00:00Z"}]
    answer = await gateway.ask("POST", "/api/v1/imports/tickets", "anna", json={"source": "s", "steps": steps})
    assert answer.json().get("reason") != "member_repeated"


async def test_no_operation_takes_a_member_twice(gateway: World) -> None:
    document = (await gateway.ask("GET", "/openapi.json", None)).json()
    count = 0
    for path, method, operation in operations(document):
        if "application/json" in operation.get("requestBody", {}).get("content", {}):
            address = path.replace("{", "").replace("}", "")
            body = {"content": '{"name": 1, "name": 2}', "headers": {"Content-Type": "application/json"}}
            answer = await gateway.ask(method, address, "anna", **body)
            assert (answer.status_code, answer.json()["reason"]) == (400, "member_repeated"), (method, path)
            count += 1
    assert count > 25


@pytest.mark.parametrize(
    "tree",
    [
        '{"field": "state", "field": "title", "op": "eq", "value": "new"}',
        '{"or": [{"field": "state", "op": "eq", "value": "new", "value": "open"}]}',
        '{"and": [], "and": [{"field": "state", "op": "eq", "value": "new"}]}',
    ],
)
async def test_a_member_of_a_filter_comes_once(gateway: World, tree: str) -> None:
    answer = await gateway.ask("GET", T, params={"filter": tree})
    assert (answer.status_code, answer.json()["reason"]) == (400, "member_repeated")


@pytest.mark.parametrize("tree", ["[" * 1_500, '{"not":' * 1_500, "[" * 1_500 + "]" * 1_500])
async def test_a_filter_too_deep_for_the_check_is_an_invalid_filter(gateway: World, tree: str) -> None:
    answer = await gateway.ask("GET", T, params={"filter": tree})
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid_filter")


@pytest.mark.parametrize(
    "body", ["[" * 100_000, '{"a":' * 100_000, '{"a":' * 300 + "1" + "}" * 300, '{"title": "t", "title"', '{"a": NaN}']
)
async def test_a_body_that_no_parser_reads(gateway: World, body: str) -> None:
    answer = await gateway.ask("POST", T, content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code in (400, 422)
