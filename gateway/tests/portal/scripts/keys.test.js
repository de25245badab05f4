import assert from "node:assert/strict";
import { test } from "node:test";
import { find, open, press } from "./page.js";

const PLACE = `<p id="place"></p><input id="field">`;
// A second <body> gives its attributes to the first one.
const openPage = (body = PLACE) => open(body, "kit/static/keys.js");

/** Puts a button into the page, as a swap does, and counts how often it is pressed. */
function put(keys) {
  const pressed = [];
  find("#place").innerHTML = `<button data-hotkey="${keys}"></button>`;
  find("#place button").addEventListener("click", () => pressed.push(keys));
  return pressed;
}

test("a key works as soon as its element is in the page, and no longer than that", async () => {
  await openPage();
  const old = put("z");
  press("z");
  assert.deepEqual(old, ["z"]);
  const fresh = put("z");
  press("z");
  assert.deepEqual([old, fresh], [["z"], ["z"]]);
  find("#place").innerHTML = "";
  press("z");
  assert.deepEqual([old, fresh], [["z"], ["z"]]);
});

test("an element may get another key", async () => {
  await openPage();
  const pressed = put("z");
  press("z");
  find("#place button").dataset.hotkey = "y";
  press("z");
  assert.equal(pressed.length, 1);
  press("y");
  assert.equal(pressed.length, 2);
});

test("an element that is replaced between two keys is pressed by both", async () => {
  await openPage();
  put("g q");
  press("g");
  const fresh = put("g q");
  press("q");
  assert.deepEqual(fresh, ["g q"]);
});

test("a key is a letter in a field", async () => {
  await openPage();
  const pressed = put("z");
  find("#field").focus();
  press("z");
  assert.deepEqual(pressed, []);
  press("Escape");
  press("z");
  assert.deepEqual(pressed, ["z"]);
});

test("without single keys only those with another key work", async () => {
  await openPage(`<body data-single-keys="off">${PLACE}`);
  assert.deepEqual([put("z"), press("z").defaultPrevented], [[], false]);
  const pressed = put("Shift+Z");
  press("Z", { shiftKey: true });
  assert.deepEqual(pressed, ["Shift+Z"]);
});
