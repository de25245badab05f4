"""Uploading and downloading files over HTTP."""

from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import quote

import httpx
import pytest

from trackline_schemas.errors import not_found
from trackline_testing.amounts import amount

from .fakes import SCREEN
from .gateways import World, world

# one byte more must be refused, however many that are
LARGEST = amount("FILE_BYTES", short=5_000_000, long=50_000_000)
PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + bytes(100)


async def upload(gateway: World, content: Any = PNG, name: str = "screen.png", **kwargs: Any) -> httpx.Response:
    return await gateway.ask("POST", "/api/v1/files", "rita", params={"name": name}, content=content, **kwargs)


async def test_a_ticket_and_a_comment_can_name_an_upload(gateway: World) -> None:
    answer = await upload(gateway)
    assert answer.status_code == 201, answer.text
    kept = answer.json()
    assert (kept["name"], kept["type"], kept["size"]) == ("screen.png", "image/png", len(PNG))
    body = {"title": "x", "description": "y", "attachments": [kept["id"]]}
    assert (await gateway.ask("POST", "/api/v1/tickets", "rita", json=body)).status_code == 201
    sent = gateway.rpc.sent("tickets.create")
    assert sent["command"]["attachments"] == [kept["id"]]
    assert sent["attachments"] == [kept]
    comment = {"text": "again", "attachments": [kept["id"]]}
    assert (await gateway.ask("POST", "/api/v1/tickets/INC-1/comments", "rita", json=comment)).status_code == 201
    assert gateway.rpc.sent("tickets.update")["attachments"] == [kept]


async def test_the_upload_of_another_person_cannot_be_named(gateway: World) -> None:
    kept = (await upload(gateway)).json()
    body = {"title": "x", "description": "y", "attachments": [kept["id"]]}
    answer = await gateway.ask("POST", "/api/v1/tickets", "alf", json=body)
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/attachments/0")
    update = {"comment": {"text": "x", "attachments": ["nothing"]}}
    answer = await gateway.ask("POST", "/api/v1/tickets/INC-1/updates", "alf", json=update)
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/comment/attachments/0")
    answer = await gateway.ask("POST", "/api/v1/tickets/INC-1/comments", "alf", json=update["comment"])
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/attachments/0")


async def test_eleven_files_are_too_many(gateway: World) -> None:
    body = {"title": "x", "description": "y", "attachments": ["f"] * 11}
    answer = await gateway.ask("POST", "/api/v1/tickets", "rita", json=body)
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/attachments")


async def test_a_file_is_served_so_that_no_browser_executes_it(gateway: World) -> None:
    page = b"<html><p>Hello</p></html>"
    kept = (await upload(gateway, page, 'a \u202e"b".html')).json()
    answer = await gateway.ask("GET", f"/api/v1/files/{kept['id']}", "rita")
    assert answer.content == page
    headers = answer.headers
    named = "attachment; filename=\"a _b_.html.txt\"; filename*=UTF-8''a%20%22b%22.html.txt"
    assert headers["content-disposition"] == named
    assert headers["content-type"].partition(";")[0] == "text/plain"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["content-security-policy"] == "default-src 'none'; sandbox"
    assert headers["cross-origin-resource-policy"] == "same-origin"
    assert headers["content-length"] == "25"
    assert (await gateway.ask("GET", f"/api/v1/files/{kept['id']}", "alf")).status_code == 404


@pytest.mark.parametrize("name", ["a.html", "a.svg", "a.xml.", "a.doc", "a.ｈｔｍｌ", "a", "a.log"])
async def test_markup_is_kept_and_served_as_text(gateway: World, name: str) -> None:
    page = b"\xef\xbb\xbf<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"
    answer = await upload(gateway, page, name, headers={"Idempotency-Key": "k"})
    kept = answer.json()
    shown = name if name == "a.log" else f"{name.rstrip('.')}.txt"
    assert (answer.status_code, kept["name"], kept["type"], kept["size"]) == (201, shown, "text/plain", len(page))
    assert (await upload(gateway, page, name, headers={"Idempotency-Key": "k"})).json() == kept
    body = {"title": "x", "description": "y", "attachments": [kept["id"]]}
    await gateway.ask("POST", "/api/v1/tickets", "rita", json=body)
    assert gateway.rpc.sent("tickets.create")["attachments"] == [kept]
    gateway.rpc.answers["tickets.attachment"] = kept
    for path in (f"/api/v1/files/{kept['id']}", f"/api/v1/tickets/INC-1/attachments/{kept['id']}"):
        served = await gateway.ask("GET", path, "rita")
        assert served.content == page
        assert served.headers["content-type"].partition(";")[0] == "text/plain"
        assert served.headers["content-disposition"].endswith(quote(shown))


async def test_the_tickets_service_decides_who_may_download_a_file(gateway: World) -> None:
    kept = (await upload(gateway)).json()
    gateway.rpc.answers["tickets.attachment"] = kept
    answer = await gateway.ask("GET", f"/api/v1/tickets/INC-1/attachments/{kept['id']}", "alf")
    assert (answer.status_code, answer.content) == (200, PNG)
    assert gateway.rpc.sent("tickets.attachment") == {"number": "INC-1", "id": kept["id"]}
    assert gateway.rpc.context("tickets.attachment").viewer.id == "alf"
    gateway.rpc.failures["tickets.attachment"] = not_found("attachment", kept["id"])
    assert (await gateway.ask("GET", f"/api/v1/tickets/INC-1/attachments/{kept['id']}", "alf")).status_code == 404


async def test_a_browser_asks_again_before_it_shows_its_copy(gateway: World) -> None:
    kept = (await upload(gateway)).json()
    gateway.rpc.answers["tickets.attachment"] = kept
    for path in (f"/api/v1/tickets/INC-1/attachments/{kept['id']}", f"/api/v1/files/{kept['id']}"):
        first = await gateway.ask("GET", path, "rita")
        assert first.headers["cache-control"] == "private, no-cache"
        has_it = {"If-None-Match": first.headers["etag"]}
        again = await gateway.ask("GET", path, "rita", headers=has_it)
        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", first.headers["etag"])
        assert (await gateway.ask("GET", path, "rita", headers={"If-None-Match": '"other"'})).content == PNG
        assert (await gateway.ask("GET", path, None, headers=has_it)).status_code == 401
    gateway.rpc.failures["tickets.attachment"] = not_found("attachment", kept["id"])
    path = f"/api/v1/tickets/INC-1/attachments/{kept['id']}"
    assert (await gateway.ask("GET", path, headers=has_it)).status_code == 404


async def test_a_file_without_bytes_is_not_found(gateway: World) -> None:
    assert (await gateway.ask("GET", f"/api/v1/tickets/INC-1/attachments/{SCREEN['id']}")).status_code == 404


async def test_a_repeat_with_the_same_key_stores_one_file(gateway: World) -> None:
    first = await upload(gateway, headers={"Idempotency-Key": "k"})
    assert (await upload(gateway, headers={"Idempotency-Key": "k"})).json() == first.json()
    assert (await upload(gateway, b"other", headers={"Idempotency-Key": "k"})).status_code == 422
    assert (await upload(gateway)).json()["id"] != first.json()["id"]


@pytest.mark.parametrize(
    ("content", "name", "headers", "status"),
    [
        (b"", "a.txt", {}, 422),
        (b"MZ", "setup.exe", {}, 415),
        (b"--x", "a.txt", {"Content-Type": "multipart/form-data; boundary=x"}, 415),
        (b"x", "", {}, 422),
    ],
)
async def test_refusals(gateway: World, content: bytes, name: str, headers: dict[str, str], status: int) -> None:
    assert (await upload(gateway, content, name, headers=headers)).status_code == status


async def test_nobody_uploads_without_signing_in(gateway: World) -> None:
    assert (await gateway.ask("POST", "/api/v1/files?name=a", None, content=b"x")).status_code == 401


async def large(size: int) -> AsyncIterator[bytes]:
    for _ in range(size // 100_000):
        yield b"x" * 100_000


async def test_only_uploads_may_be_large() -> None:
    async with world(file_max_bytes=LARGEST) as gateway:
        assert (await upload(gateway, b"x" * 2_000_000, "a.txt")).status_code == 201
        assert (await upload(gateway, large(2_000_000), "a.txt")).status_code == 201
        for content in (b"x" * (LARGEST + 1_000_000), large(LARGEST + 1_000_000)):
            answer = await upload(gateway, content, "a.txt")
            assert (answer.status_code, answer.json()["code"]) == (413, "too_large")
        body = {"title": "x", "description": "x" * 2_000_000}
        assert (await gateway.ask("POST", "/api/v1/tickets", json=body)).status_code == 413


async def test_the_limit_is_a_setting() -> None:
    async with world(file_max_bytes=1000) as gateway:
        answer = await upload(gateway, b"x" * 1001, "a.txt")
        assert answer.status_code == 413
