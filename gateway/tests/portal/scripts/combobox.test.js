// What completes a query while somebody types.
import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { find, findAll, open, pass, press, serve, type } from "./page.js";

const SCRIPT = "kit/static/combobox.js";
const FORM = `<form><input name="q" data-complete="/complete?list=words" data-apply><ul role="listbox" id="words" hidden></ul></form>`;
const OPTIONS = [
  ["Assignee", "assignee:", false],
  ["Open", "state:open ", true],
];
let asked = [];
let sent = [];

const option = ([label, query, whole], index) =>
  `<li role="option" id="words-${index}" aria-selected="false" data-query="${query}" data-caret="${query.length}"${whole ? " data-whole" : ""}>${label}</li>`;

beforeEach(async () => {
  await open(FORM, SCRIPT);
  asked = serve(() => OPTIONS.map(option).join(""));
  sent = [];
  find("form").requestSubmit = () => sent.push(find("input").value);
  find("input").focus();
});

const field = () => find("input");
const list = () => find("#words");
const chosen = () => findAll('[aria-selected="true"]').map((one) => one.textContent);

test("the options come once for what is typed quickly", async () => {
  type("input", "as");
  await pass(60);
  type("input", "ass");
  await pass(200);
  assert.deepEqual(asked, ["http://desk.example/complete?list=words&text=ass&caret=3"]);
  assert.equal(list().hidden, false);
  assert.equal(field().getAttribute("aria-expanded"), "true");
  assert.deepEqual(chosen(), []);
});

test("arrows choose an option, and the field names it", async () => {
  type("input", "a");
  await pass(200);
  press("ArrowDown");
  assert.deepEqual([chosen(), field().getAttribute("aria-activedescendant")], [["Assignee"], "words-0"]);
  press("ArrowUp");
  assert.deepEqual(chosen(), ["Open"]);
});

test("a field is completed, and its values are shown", async () => {
  type("input", "a");
  await pass(200);
  press("ArrowDown");
  press("Enter");
  assert.equal(field().value, "assignee:");
  await pass(0);
  assert.deepEqual(sent, []);
  assert.match(asked.at(-1), /text=assignee%3A&caret=9$/);
});

test("Enter and arrows that belong to an input method do nothing", async () => {
  type("input", "a");
  await pass(200);
  press("ArrowDown", { isComposing: true });
  assert.deepEqual(chosen(), []);
  press("ArrowDown");
  assert.equal(press("Enter", { isComposing: true }).defaultPrevented, false);
  assert.equal(field().value, "a");
});

test("a value is sent", async () => {
  type("input", "a");
  await pass(200);
  press("ArrowUp");
  press("Enter");
  assert.deepEqual(sent, ["state:open "]);
  assert.equal(list().hidden, true);
});

test("Enter without a choice, and Escape, leave the text as it is", async () => {
  type("input", "vpn");
  await pass(200);
  assert.equal(press("Enter").defaultPrevented, false);
  assert.equal(field().value, "vpn");
  press("Escape");
  assert.equal(list().hidden, true);
});

test("what was chosen for an earlier text is not taken for a later one", async () => {
  type("input", "a");
  await pass(200);
  press("ArrowDown");
  type("input", "vpn");
  assert.equal(press("Enter").defaultPrevented, false);
  assert.equal(field().value, "vpn");
});

test("an answer that comes late is dropped", async () => {
  const waiting = [];
  serve(() => new Promise((resolve) => waiting.push(resolve)));
  type("input", "a");
  await pass(200);
  type("input", "ab");
  await pass(200);
  waiting[1](option(["Second", "b", false], 1));
  waiting[0](option(["First", "a", false], 0));
  await pass(0);
  assert.deepEqual(list().textContent, "Second");
});
