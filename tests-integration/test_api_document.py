"""Tests the OpenAPI document against the running system: no input makes it fail, and every answer is documented."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest
import schemathesis
from conftest import running_system
from harness.api import Api
from hypothesis import HealthCheck, given, settings, strategies
from schemathesis import Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.schemas import APIOperation
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from trackline_testing.amounts import amount

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
EXAMPLES = amount("FUZZ_EXAMPLES", short=4, long=50)
NEGATIVE = GenerationMode.NEGATIVE
# The stream never ends. gateway/tests tests it.
ENDLESS = "/api/v1/stream"


@pytest.fixture(scope="module")
def target(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Api, Api]]:
    """An administrator and a requester of a system that no other test uses."""
    with running_system(tmp_path_factory.mktemp("fuzzed")) as system:
        account = system.administrator
        with Api.sign_in(system.url, account.email, account.password) as admin:
            admin.wait_for_starter_pack()
            with admin.new_person("Bob Requester") as requester:
                yield admin, requester


@pytest.fixture(scope="module")
def known(target: tuple[Api, Api]) -> dict[str, str]:
    """Returns path → existing id, so that not every request ends with 404."""
    admin, requester = target
    categories, articles = admin.get("/categories")["data"], admin.get("/articles")["data"]
    return {
        "/api/v1/tickets/": requester.new_ticket()["number"],
        "/api/v1/articles/": articles[0]["number"],
        "/api/v1/categories/": categories[0]["id"],
        "/api/v1/teams/": admin.team("Service Desk"),
        "/api/v1/users/": requester.me["id"],
    }


@pytest.mark.timeout(200 + 20 * EXAMPLES)
def test_no_input_fails_on_our_side(target: tuple[Api, Api], known: dict[str, str], subtests: pytest.Subtests) -> None:
    schema = schemathesis.openapi.from_url(f"{target[0].url}/openapi.json").exclude(path=ENDLESS)
    results = list(schema.get_all_operations())
    operations = [result.ok() for result in results if isinstance(result, Ok)]
    assert len(operations) == len(results)
    assert len(operations) > 30
    for operation in operations:
        with subtests.test(operation.label):
            _fuzz(operation, target, known)


def _fuzz(operation: APIOperation[Any, Any, Any, Any], target: tuple[Api, Api], known: dict[str, str]) -> None:
    @given(case=strategies.one_of(operation.as_strategy(), operation.as_strategy(generation_mode=NEGATIVE)))
    @settings(max_examples=EXAMPLES, database=None, suppress_health_check=list(HealthCheck))
    def call(case: Case[Any]) -> None:
        _name_something_known(case, known)
        for api in target:
            case.call_and_validate(headers={"Authorization": f"Bearer {api.token}"}, checks=CHECKS, timeout=30)

    call()


def _name_something_known(case: Case[Any], known: dict[str, str]) -> None:
    for path, value in known.items():
        if case.path.startswith(f"{path}{{") and len(case.path_parameters) == 1:
            (name,) = case.path_parameters
            # Replace half of them. The other half keeps the generated value.
            if len(str(case.path_parameters[name])) % 2:
                case.path_parameters[name] = value


def test_every_operation_needs_a_token(target: tuple[Api, Api]) -> None:
    document = httpx.get(f"{target[0].url}/openapi.json", timeout=30).json()
    for path, operations in document["paths"].items():
        for method in operations:
            if path.startswith("/api/") and not path.startswith("/api/v1/auth/"):
                address = path.replace("{", "").replace("}", "")
                answer = httpx.request(method, target[0].url + address, json=None if method == "get" else {})
                assert answer.status_code == 401, (method, path, answer.text)
                assert answer.headers["content-type"] == "application/problem+json"
