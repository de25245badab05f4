"""The OpenAPI document describes the API completely."""

from typing import Any

import pytest

from .gateways import World


@pytest.fixture
async def document(gateway: World) -> dict[str, Any]:
    found: dict[str, Any] = (await gateway.ask("GET", "/openapi.json", None)).json()
    return found


def operations(document: dict[str, Any]) -> list[tuple[str, str, dict[str, Any]]]:
    return [
        (path, method, operation)
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
        if path.startswith("/api/")
    ]


def test_the_version_and_the_security_schemes(document: dict[str, Any]) -> None:
    assert document["openapi"].startswith("3.1")
    schemes = document["components"]["securitySchemes"]
    assert {scheme["type"] for scheme in schemes.values()} == {"oauth2", "apiKey"}


def test_every_operation_documents_its_errors(document: dict[str, Any]) -> None:
    for path, method, operation in operations(document):
        statuses = operation["responses"].keys()
        assert {"400", "401", "403", "422", "500", "503", "504"} <= statuses, (path, method)
        assert ("404" in statuses) == ("{" in path)
        assert operation["responses"]["422"]["content"].keys() == {"application/problem+json"}


def test_every_operation_but_signing_in_says_that_it_needs_a_caller(document: dict[str, Any]) -> None:
    open_ones = {path for path, _, operation in operations(document) if not operation.get("security")}
    ways_in = ("token", "revoke", "forgotten-password", "password", "password-strength")
    assert open_ones <= {f"/api/v1/auth/{way}" for way in ways_in}


def test_writes_take_their_headers(document: dict[str, Any]) -> None:
    for path, method, wanted in [
        ("/api/v1/tickets", "post", {"Idempotency-Key"}),
        ("/api/v1/tickets/{number}", "patch", {"Idempotency-Key", "If-Match"}),
        ("/api/v1/tickets/{number}/updates", "post", {"Idempotency-Key", "If-Match"}),
        ("/api/v1/tickets/{number}/comments", "post", {"Idempotency-Key", "If-Match"}),
        ("/api/v1/categories/{record_id}", "patch", {"Idempotency-Key", "If-Match"}),
        ("/api/v1/users/{user_id}", "patch", {"Idempotency-Key", "If-Match"}),
        ("/api/v1/users/me", "patch", {"Idempotency-Key", "If-Match"}),
        ("/api/v1/teams/{team_id}", "patch", {"Idempotency-Key", "If-Match"}),
        ("/api/v1/organisation", "patch", {"Idempotency-Key", "If-Match"}),
    ]:
        parameters = document["paths"][path][method]["parameters"]
        assert wanted <= {parameter["name"] for parameter in parameters if parameter["in"] == "header"}


def test_every_reference_resolves(document: dict[str, Any]) -> None:
    schemas = document["components"]["schemas"]
    found = set(_references(document))
    assert {reference.rpartition("/")[2] for reference in found} <= schemas.keys()
    assert "Problem" in schemas


def _references(node: Any) -> Any:
    if isinstance(node, dict):
        if isinstance(node.get("$ref"), str):
            yield node["$ref"]
        for value in node.values():
            yield from _references(value)
    elif isinstance(node, list):
        for value in node:
            yield from _references(value)


def test_operation_ids_are_unique_and_short(document: dict[str, Any]) -> None:
    ids = [operation["operationId"] for _, _, operation in operations(document)]
    assert len(ids) == len(set(ids))
    assert max(map(len, ids)) < 40


def test_operations_of_records_are_named_after_their_plural(document: dict[str, Any]) -> None:
    named = {operation["operationId"] for _, _, operation in operations(document)}
    for one, all_ in (("category", "categories"), ("reply_template", "reply_templates")):
        assert {f"list_{all_}", f"create_{one}", f"get_{one}", f"update_{one}"} <= named
    listed = document["paths"]["/api/v1/categories"]["get"]
    assert listed["responses"]["200"]["content"]["application/json"]["schema"]["$ref"].endswith("/Listing_Category_")
    assert listed["tags"] == ["categories"]


def test_whatever_takes_if_match_answers_an_etag(document: dict[str, Any]) -> None:
    """A restore answers nothing, and its version is that of the record that it changes."""
    for path, method, operation in operations(document):
        names = {parameter["name"] for parameter in operation.get("parameters", [])}
        if "If-Match" not in names or path == "/api/v1/audit/{change_id}/restore":
            continue
        answers = [answer for status, answer in operation["responses"].items() if status in ("200", "201")]
        assert all("ETag" in answer.get("headers", {}) for answer in answers), (method, path)
        if method == "patch":
            assert "ETag" in document["paths"][path]["get"]["responses"]["200"]["headers"], path


async def test_no_address_takes_a_method_that_the_document_lacks(gateway: World, document: dict[str, Any]) -> None:
    for path, described in document["paths"].items():
        answer = await gateway.ask("OPTIONS", path.replace("{", "").replace("}", ""), None)
        taken = set(answer.headers["Allow"].split(", ")) - {"OPTIONS"} - ({"HEAD"} if "get" in described else set())
        assert taken == {method.upper() for method in described}, path


@pytest.mark.parametrize(
    ("path", "allowed"),
    [("/api/v1/users/me/password", "POST, OPTIONS"), ("/api/v1/users/mel/password", "PUT, OPTIONS")],
)
async def test_me_is_no_id(gateway: World, path: str, allowed: str) -> None:
    assert (await gateway.ask("OPTIONS", path, "anna")).headers["Allow"] == allowed
    assert (await gateway.ask("POST", "/api/v1/users/me/invitation", "anna")).status_code == 404
