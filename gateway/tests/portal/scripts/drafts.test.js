import assert from "node:assert/strict";
import { test } from "node:test";
import { find, open, tell, type } from "./page.js";

const NEW = `
  <form id="request" data-draft="new"><input type="hidden" name="key" value="k1"><input type="file" name="files">
    <input id="title" name="title"><textarea name="description"></textarea>
    <input type="radio" name="kind" value="incident" checked><input type="radio" name="kind" value="request">
    <select name="category_id"><option value="">—</option><option value="wifi">Wifi</option></select>
    <select name="impact"><option value="2">Team</option><option value="1">Everybody</option></select>
    <input type="checkbox" name="urgent" value="1" checked>
    <p data-draft-note hidden>Kept</p></form>`;
const REPLY = '<form id="composer" data-draft="INC-1" hx-post="/reply"><textarea name="text"></textarea></form>';
const KEPT = { "draft:INC-1": '{"text":"Half a reply"}' };

const openDrafts = (body, options) => open(body, "kit/static/drafts.js", options);
const kept = (name) => JSON.parse(localStorage.getItem(`draft:${name}`));

test("what people type and choose is kept, and nothing else", async () => {
  await openDrafts(NEW);
  type("#title", "Printer");
  assert.deepEqual(kept("new"), { title: "Printer", kind: "incident", impact: "2" });
  find("[value=request]").checked = true;
  find("select").value = "wifi";
  type("textarea", "It hums.");
  assert.deepEqual(kept("new"), {
    ...{ title: "Printer", description: "It hums.", kind: "request" },
    ...{ category_id: "wifi", impact: "2" },
  });
  assert.equal(find("[data-draft-note]").hidden, false);
});

test("a draft ends when its words are deleted", async () => {
  await openDrafts(NEW);
  type("#title", "Printer");
  type("#title", "");
  assert.equal(kept("new"), null);
  assert.equal(find("[data-draft-note]").hidden, true);
});

test("a draft comes back into an empty form", async () => {
  const words = { title: "Printer", description: "It hums.", kind: "request", category_id: "wifi", impact: "1" };
  await openDrafts(NEW, { stored: { "draft:new": JSON.stringify(words) } });
  assert.deepEqual(
    [find("#title").value, find("textarea").value, find("select").value],
    ["Printer", "It hums.", "wifi"],
  );
  assert.deepEqual([find("[value=request]").checked, find("[name=impact]").value], [true, "1"]);
  assert.equal(find("[data-draft-note]").hidden, false);
});

test("a draft never replaces what the server sent", async () => {
  const refused = NEW.replace('<textarea name="description">', '<textarea name="description">Refused text');
  await openDrafts(refused, { stored: { "draft:new": '{"title":"Old","description":"Old text"}' } });
  assert.deepEqual([find("#title").value, find("textarea").value], ["", "Refused text"]);
  const titled = NEW.replace('name="title"', 'name="title" value="From a suggestion"');
  await openDrafts(titled, { stored: { "draft:new": '{"title":"Old","description":"Old text"}' } });
  assert.deepEqual([find("#title").value, find("textarea").value], ["From a suggestion", "Old text"]);
});

test("each form has a draft of its own", async () => {
  await openDrafts(REPLY.replace("INC-1", "INC-2"), { stored: KEPT });
  assert.equal(find("textarea").value, "");
  type("textarea", "Another");
  assert.deepEqual([kept("INC-1"), kept("INC-2")], [{ text: "Half a reply" }, { text: "Another" }]);
});

test("a draft that cannot be read is no draft", async () => {
  for (const broken of ["{", "null", "7"]) {
    await openDrafts(REPLY, { stored: { "draft:INC-1": broken } });
    assert.equal(find("textarea").value, "");
  }
});

test("a reply that was sent leaves no draft, and one that was refused keeps it", async () => {
  await openDrafts(REPLY, { stored: KEPT });
  tell("htmx:after:swap");
  assert.deepEqual(kept("INC-1"), { text: "Half a reply" });
  find("textarea").value = "";
  tell("htmx:after:swap");
  assert.equal(kept("INC-1"), null);
});

test("after a plain post the next page removes the draft", async () => {
  await openDrafts(NEW);
  find("form").dispatchEvent(new Event("submit", { bubbles: true }));
  assert.equal(sessionStorage.getItem("sent"), "draft:new");
  await openDrafts("<h1>INC-1</h1>", { stored: { "draft:new": "{}" }, session: { sent: "draft:new" } });
  assert.deepEqual([localStorage.getItem("draft:new"), sessionStorage.getItem("sent")], [null, null]);
});

test("an error page, or the form that comes back, keeps the draft", async () => {
  for (const page of ["<main data-error-page></main>", NEW]) {
    await openDrafts(page, { stored: { "draft:new": '{"description":"It hums."}' }, session: { sent: "draft:new" } });
    assert.deepEqual(kept("new"), { description: "It hums." });
  }
});

test("a reply by htmx is not a plain post", async () => {
  await openDrafts(REPLY);
  find("form").dispatchEvent(new Event("submit", { bubbles: true }));
  assert.equal(sessionStorage.getItem("sent"), null);
});
