"""Agents write articles, compare versions, and restore them."""

import time

import pytest

from trackline_schemas.articles import CreateArticle, UpdateArticle

from .conftest import Portal
from .test_forms import field

EDITOR = "/desk/articles"
TEXT = {"title": "Wifi", "body": "# Wifi\n\nUse the **blue** one.", "visibility": "public", "language": "en"}


def shown(portal: Portal, number: str) -> tuple[int, str, str]:
    article = portal.services.articles[number]
    return article.version, article.state, article.body


async def test_a_draft_is_published(portal: Portal) -> None:
    answer = await portal.post("/desk/articles/new", **TEXT, tags="wifi, floor-2", state="")
    assert answer.headers["location"] == "/desk/articles/KB-7"
    (command,) = portal.commands("knowledge.create_article")
    assert isinstance(command, CreateArticle)
    assert (command.tags, command.state, command.team_id) == (["wifi", "floor-2"], "draft", None)
    page = (await portal.get("/desk/articles/KB-7")).text
    answer = await portal.post(
        "/desk/articles/KB-7", **TEXT, state="published", base_version=field(page, "base_version")
    )
    assert answer.status_code == 303
    assert shown(portal, "KB-7") == (2, "published", TEXT["body"])


async def test_the_preview_is_what_readers_will_see(portal: Portal) -> None:
    page = (await portal.post("/desk/articles/preview", **{**TEXT, "body": "## Do\n\n<script>x</script> *so*"})).text
    assert "<h2>Do</h2>" in page
    assert "<em>so</em>" in page
    assert "<script>" not in page
    assert "<html" not in page


async def test_the_preview_works_without_a_script_and_saves_nothing(portal: Portal) -> None:
    answer = await portal.post("/desk/articles/KB-6", key="kept", preview="1", base_version="1", **TEXT)
    assert answer.status_code == 200
    assert "<strong>blue</strong>" in answer.text
    assert field(answer.text, "key") == "kept"
    assert not portal.commands("knowledge.update_article")


async def test_after_a_conflict_the_text_is_kept_and_can_replace_theirs(portal: Portal) -> None:
    await portal.post("/desk/articles/KB-6", "tom", key="a", base_version="1", **{**TEXT, "body": "Theirs"})
    answer = await portal.post("/desk/articles/KB-6", key="b", base_version="1", **{**TEXT, "body": "Mine"})
    assert answer.status_code == 412
    assert "<bdi>Tom Okafor</bdi> saved this article in the meantime" in answer.text
    assert ">Mine</textarea>" in answer.text
    assert field(answer.text, "base_version") == "2"
    assert shown(portal, "KB-6")[2] == "Theirs"
    await portal.post("/desk/articles/KB-6", key="c", base_version="2", **{**TEXT, "body": "Mine"})
    assert shown(portal, "KB-6") == (3, "draft", "Mine")


async def test_a_missing_value_is_reported_beside_the_field(portal: Portal) -> None:
    answer = await portal.post("/desk/articles/new", **{**TEXT, "title": ""})
    assert answer.status_code == 422
    assert "Please fill this in." in answer.text
    assert "Use the **blue** one." in answer.text


async def test_only_a_team_article_has_a_team(portal: Portal) -> None:
    await portal.post("/desk/articles/KB-6", key="a", visibility="team", team_id="desk", title="x", body="y")
    await portal.post("/desk/articles/KB-6", key="b", visibility="internal", team_id="desk", title="x", body="y")
    commands = portal.commands("knowledge.update_article")
    teams = [command.team_id for command in commands if isinstance(command, UpdateArticle)]
    assert teams == ["desk", None]


async def test_versions_say_who_changed_what(portal: Portal) -> None:
    page = (await portal.get("/desk/articles/KB-1/versions")).text
    assert "changed: Text, State, Title" in page
    assert "Tom Okafor" in page
    compared = (await portal.get("/desk/articles/KB-1/versions/2")).text
    assert "<ins>" in compared
    assert "<del>Restart" in compared
    assert "Draft" in compared


async def test_a_comparison_runs_no_script(portal: Portal) -> None:
    await portal.post("/desk/articles/KB-6", title="<b>x", body="<script>alert(1)</script>", base_version="1")
    page = (await portal.get("/desk/articles/KB-6/versions/2")).text
    assert "<script>alert" not in page
    assert "&lt;" in page


async def test_a_version_is_restored_with_one_click(portal: Portal) -> None:
    page = (await portal.get("/desk/articles/KB-1/versions/1")).text
    form = {"version": field(page, "version"), "base_version": field(page, "base_version")}
    answer = await portal.post("/desk/articles/KB-1/restore", **form)
    assert answer.headers["location"] == "/desk/articles/KB-1"
    version, state, body = shown(portal, "KB-1")
    assert (version, state) == (3, "published")
    assert "Restart the computer." in body
    assert "restores version 1" in (await portal.get("/desk/articles/KB-1/versions")).text


async def test_nothing_is_restored_over_a_version_that_the_agent_has_not_seen(portal: Portal) -> None:
    await portal.post("/desk/articles/KB-1", "tom", key="a", **TEXT)
    answer = await portal.post("/desk/articles/KB-1/restore", version="1", base_version="2")
    assert answer.headers["location"] == "/desk/articles/KB-1/versions"
    assert shown(portal, "KB-1")[2] == TEXT["body"]


async def test_readers_find_no_way_to_write(portal: Portal) -> None:
    assert "/desk/articles" not in (await portal.get("/a/KB-1", "maria")).text
    assert "/desk/articles/KB-1" in (await portal.get("/a/KB-1", "ines")).text
    for path in ("/desk/articles/new", "/desk/articles/KB-1", "/desk/articles/KB-1/restore", "/desk/articles/preview"):
        assert (await portal.post(path, "maria", **TEXT)).status_code == 403


@pytest.mark.parametrize("category_id", ["never-was", "old"])
async def test_an_article_takes_only_an_active_category(portal: Portal, category_id: str) -> None:
    portal.services.ticketing.add_category("old", "Fax machines", active=False)
    sentence = f"There is no active category {category_id}."
    fields = {"title": "Fax", "body": "It hums.", "category_id": category_id}
    for path in (f"{EDITOR}/new", f"{EDITOR}/KB-1"):
        answer = await portal.post(path, **fields)
        assert (answer.status_code, sentence in answer.text) == (422, True)
    headers = {"X-CSRF-Token": "c5rf", "Cookie": "trackline_session=ines"}
    for method, path in (("POST", "/api/v1/articles"), ("PATCH", "/api/v1/articles/KB-1")):
        answer = await portal.client.request(method, path, json=fields, headers=headers)
        assert answer.status_code == 422
        assert [(one["pointer"], one["detail"]) for one in answer.json()["errors"]] == [("/category_id", sentence)]


async def test_an_article_keeps_its_category_when_that_is_no_longer_active_or_cannot_be_checked(portal: Portal) -> None:
    portal.services.ticketing.add_category("old", "Fax machines")
    fields = {"title": "Fax", "body": "It hums.", "category_id": "old"}
    assert (await portal.post(f"{EDITOR}/KB-1", key="one", **fields)).status_code == 303
    portal.services.ticketing.update_category("old", active=False)
    assert (await portal.post(f"{EDITOR}/KB-1", key="two", **{**fields, "body": "It sings."})).status_code == 303
    portal.services.down.add("tickets")
    assert (await portal.post(f"{EDITOR}/KB-1", key="three", **{**fields, "body": "Silence."})).status_code == 303
    assert portal.services.articles["KB-1"].category_id == "old"
    assert (await portal.post(f"{EDITOR}/new", key="four", **fields)).status_code == 503
    del fields["category_id"]
    assert (await portal.post(f"{EDITOR}/new", key="five", **fields)).status_code == 303


async def test_an_article_of_a_team_names_the_team(portal: Portal) -> None:
    refused = await portal.post("/desk/articles/new", **{**TEXT, "visibility": "team"})
    assert refused.status_code == 422
    assert TEXT["title"] in refused.text
    assert "KB-7" not in portal.services.articles


async def test_a_text_that_costs_too_much_is_shown_as_it_was_written(portal: Portal) -> None:
    costly = {**TEXT, "body": "![" * 99_000 + "www.a.example <b>"}
    await portal.post("/desk/articles/KB-6", base_version="1", state="published", **costly)
    preview = await portal.post("/desk/articles/preview", **costly)
    for page in (preview, await portal.get("/a/KB-6"), await portal.get("/desk/articles/KB-6/versions/2")):
        assert page.status_code == 200
        assert "shown without formatting" in page.text
        assert "![![www.a.example &lt;b&gt;</div>" in page.text


@pytest.mark.parametrize("path", ["/desk/articles/preview", "/desk/articles/KB-6"])
async def test_a_text_that_no_article_can_have_is_not_shown_in_the_preview(portal: Portal, path: str) -> None:
    answer = await portal.post(path, **{**TEXT, "body": "a" * 200_001}, preview="1", base_version="1")
    preview = answer.text.partition('id="preview"')[2]
    assert "This is too long." in preview
    assert "a" * 200_001 not in preview


@pytest.mark.parametrize("piece", [",", ";)", "www.a,"])
async def test_no_hostile_text_stops_the_gateway(portal: Portal, piece: str) -> None:
    text = "http://a" + piece * (39_000 // len(piece))
    started = time.thread_time()
    await portal.post("/t/INC-1001/reply", text=text)
    assert (await portal.get("/t/INC-1001")).text.count(piece[-1]) > 6_000
    await portal.post("/desk/articles/preview", **{**TEXT, "body": text})
    assert time.thread_time() - started < 2
