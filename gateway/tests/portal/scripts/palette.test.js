// The list of commands.
import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { find, findAll, open, pass, press, serve, type } from "./page.js";

const row = (keys, label, more = "") =>
  `<div data-keys="${keys}"${more}><dt>${keys
    .split(" ")
    .map((one) => `<kbd>${one}</kbd>`)
    .join("")}</dt><dd>${label}</dd></div>`;
const PAGE = `
  <a href="/search" data-palette>Search</a>
  <button id="take" data-hotkey="e">Take</button>
  <textarea id="text" data-hotkey="r"></textarea>
  <dialog id="keys"><dl>${row("c", "New ticket", " data-everywhere")}${row("e", "Assign to me")}${row("r", "Reply")}${row("x", "Select")}</dl></dialog>
  <dialog id="palette">
    <input id="palette-field"><div role="listbox" id="palette-list"></div>
    <p id="palette-note" data-no-answer="No answer." data-nothing="Nothing."></p>
    <template id="palette-group"><div role="group" aria-label="On this page"></div></template>
  </dialog>`;
let asked = [];
let taken = 0;

beforeEach(async () => {
  await open(PAGE, "kit/static/palette.js");
  asked = serve((address) =>
    address.endsWith("q=vpn")
      ? `<div role="group"><div role="option" id="palette-1-1" data-address="/t/INC-1">VPN</div></div>`
      : "",
  );
  // jsdom has no dialogs.
  HTMLDialogElement.prototype.showModal = function () {
    this.open = true;
    find("#palette-field").focus();
  };
  HTMLDialogElement.prototype.close = function () {
    this.open = false;
  };
  taken = 0;
  find("#take").addEventListener("click", () => taken++);
});

const labels = () => findAll("#palette-list [role=option]").map((one) => one.textContent);
const begin = async (keys = { ctrlKey: true }) => {
  press("k", keys);
  await pass(200);
};

test("Ctrl+K shows what the keys do on this page, first what only this page has", async () => {
  find("#text").focus();
  await begin();
  assert.equal(find("#palette").open, true);
  assert.deepEqual(labels(), ["Assign to mee", "Replyr", "New ticketc"]);
  assert.deepEqual(asked, ["http://desk.example/palette?q="]);
  press("k", { ctrlKey: true });
  assert.equal(find("#palette").open, false);
});

test("other keys with K do nothing", () => {
  press("k");
  press("k", { ctrlKey: true, shiftKey: true });
  assert.equal(Boolean(find("#palette").open), false);
});

test("a command does what its key does", async () => {
  await begin({ metaKey: true });
  type("#palette-field", "assign");
  await pass(200);
  press("Enter");
  assert.deepEqual([taken, find("#palette").open], [1, false]);
  await begin();
  type("#palette-field", "rep");
  await pass(200);
  press("Enter");
  assert.equal(document.activeElement.id, "text");
});

test("a command is found without its accents", async () => {
  find("#keys dd").textContent = "Priorität";
  await begin();
  for (const typed of ["prioritat", "PRIORITÄT"]) {
    type("#palette-field", typed);
    await pass(200);
    assert.deepEqual(labels(), ["Prioritätc"]);
  }
});

test("Enter waits for the answer to what was typed last", async () => {
  await begin();
  type("#palette-field", "repl");
  press("Enter");
  assert.deepEqual([taken, find("#palette").open], [0, true]);
  await pass(200);
  assert.equal(document.activeElement.id, "text");
});

test("Enter takes nothing of an answer to an earlier text", async () => {
  const waiting = [];
  serve(() => new Promise((resolve) => waiting.push(resolve)));
  await begin();
  type("#palette-field", "repl");
  press("Enter");
  waiting[0]("");
  await pass(0);
  assert.deepEqual([taken, find("#palette").open], [0, true]);
  await pass(200);
  waiting[1]("");
  await pass(0);
  assert.deepEqual([taken, document.activeElement.id], [0, "text"]);
});

test("a list that finds nothing, or gets no answer, says so", async () => {
  const found = (note) =>
    `<div role="group" data-note="${note}"><div role="option" id="palette-search" data-address="/search">Search</div></div>`;
  const shown = async (typed) => {
    type("#palette-field", typed);
    await pass(200);
    return [labels(), find("#palette-note").textContent];
  };
  await begin();
  serve(() => found("nothing"));
  assert.deepEqual(await shown("zzz"), [["Search"], "Nothing."]);
  assert.deepEqual(await shown("rep"), [["Replyr", "Search"], ""]);
  serve(() => found("noAnswer"));
  assert.deepEqual(await shown("rep"), [["Replyr", "Search"], "No answer."]);
  serve(() => found(""));
  assert.deepEqual(await shown("zzz"), [["Search"], ""]);
  serve(() => ({ ok: false }));
  assert.deepEqual(await shown("rep"), [["Replyr"], "No answer."]);
});

test("the search button of a phone opens it", () => {
  find("[data-palette]").click();
  assert.equal(find("#palette").open, true);
});
