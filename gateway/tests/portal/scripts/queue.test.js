import assert from "node:assert/strict";
import { test } from "node:test";
import { find, findAll, open, pass, press, serve, tell } from "./page.js";

const LOCKED = "You may only read it.";
const row = (number, version = 1, { locked = false, unread = false } = {}) => `
  <tr id="row-${number}" data-version="${version}" class="${unread ? "unread" : ""}" ${locked ? `data-locked="${LOCKED}"` : ""}>
    <td>${locked ? "" : `<input type="checkbox" name="ticket" value="${number}:${version}">`}</td>
    <td class="cell-title"><a href="/t/${number}" id="open-${number}">${number} at ${version}</a></td>
  </tr>`;
const queue = (...rows) => `
  <p id="news" hidden></p><p id="toast" hidden></p><aside id="peek" hidden></aside>
  <button id="new-rows" data-one="1 new row" data-many="2 new rows"></button>
  <form id="bulk" data-no-row="Choose a row first." data-busy="On its way.">
    <input type="hidden" name="ticket" id="aimed" disabled>
    <table><tbody id="rows">${rows.join("")}</tbody></table>
    <div id="bulk-bar"><span class="bulk-count" data-one="1 row selected" data-many="2 rows selected"></span>
      <span class="bulk-numbers"></span>
      <button type="button" name="assign" value="me"></button>
      <details id="bulk-state" class="menu"><summary>State</summary><button type="button" class="menu-item">Open</button></details>
      <button type="button" data-clear></button></div>
  </form>`;

const openQueue = (...rows) => open(queue(...rows), "desk/static/queue.js");
const selected = () => findAll("#rows input[name=ticket]:checked").map((box) => box.value);
/** What the form would send. */
const sent = () => new window.FormData(find("#bulk")).getAll("ticket");
const cursor = () => find("tr[aria-current]")?.id ?? null;
const said = () => find("#news").textContent;
const waiting = () => find("#new-rows").hasAttribute("data-waiting");

/** Lets the queue hear that tickets changed, and fetch these rows. */
async function change(...rows) {
  const asked = serve(() => queue(...rows));
  tell("trackline:tickets");
  await pass(300);
  return asked;
}

test("j and k move the cursor and stop at the ends", async () => {
  await openQueue(row("INC-1"), row("INC-2"), row("INC-3"));
  const visited = ["j", "j", "j", "j", "k", "k", "k"].map((key) => {
    press(key);
    return document.activeElement.id;
  });
  assert.deepEqual(
    visited.map((id) => id.slice("open-INC-".length)),
    ["1", "2", "3", "3", "2", "1", "1"],
  );
});

test("an empty queue has no cursor", async () => {
  await openQueue();
  for (const key of ["j", "k", "x", "o"]) press(key);
  assert.equal(document.activeElement, document.body);
});

test("x selects the row of the cursor and takes it back, and the bar counts", async () => {
  await openQueue(row("INC-1"), row("INC-2"), row("INC-3"));
  press("x");
  assert.deepEqual(selected(), []);
  press("j");
  press("x");
  assert.deepEqual([selected(), find(".bulk-count").textContent], [["INC-1:1"], "1 row selected"]);
  press("j");
  press("j");
  press("x");
  assert.deepEqual([selected(), find(".bulk-count").textContent], [["INC-1:1", "INC-3:1"], "2 rows selected"]);
  press("x");
  assert.deepEqual(selected(), ["INC-1:1"]);
});

test("an action is about the selected rows, or about the row of the cursor", async () => {
  await openQueue(row("INC-1"), row("INC-2"));
  const assigned = [];
  find("[name=assign]").addEventListener("click", () => assigned.push(sent()));
  press("e");
  assert.equal(said(), "Choose a row first.");
  press("j");
  press("e");
  assert.deepEqual([selected(), find(".bulk-numbers").textContent], [[], "INC-1"]);
  press("j");
  press("e");
  press("x");
  press("k");
  press("e");
  assert.deepEqual(assigned, [["INC-1:1"], ["INC-2:1"], ["INC-2:1"]]);
});

test("selected rows out of view are not changed by a key, and stay selected", async () => {
  await openQueue(row("INC-1"), row("INC-2"));
  press("j");
  press("x");
  press("j");
  find("#row-INC-1").getBoundingClientRect = () => ({ top: -100, bottom: -64 });
  let assigned = [];
  find("[name=assign]").addEventListener("click", () => (assigned = sent()));
  press("e");
  assert.deepEqual([assigned, selected()], [["INC-2:1"], ["INC-1:1"]]);
  press("k");
  assert.deepEqual(sent(), ["INC-1:1"]);
});

test("a ticket that one may only read says so, and is neither selected nor changed", async () => {
  await openQueue(row("INC-1", 1, { locked: true }));
  find("[name=assign]").addEventListener("click", () => assert.fail("assigned"));
  press("j");
  for (const key of ["e", "x", "s"]) {
    find("#news").textContent = "";
    press(key);
    assert.equal(said(), LOCKED, key);
  }
  assert.deepEqual([selected(), find("#bulk-state").open], [[], false]);
});

test("while a change is on its way it stays what it is about", async () => {
  await openQueue(row("INC-1"), row("INC-2"));
  press("j");
  press("e");
  tell("htmx:before:request", { ctx: { sourceElement: find("#bulk"), request: { method: "POST" } } });
  press("j");
  press("e");
  press("x");
  assert.deepEqual([said(), sent(), selected()], ["On its way.", ["INC-1:1"], []]);
  tell("htmx:finally:request", { ctx: { sourceElement: find("#bulk"), request: { method: "POST" } } });
  press("e");
  assert.deepEqual(sent(), ["INC-2:1"]);
});

test("Escape clears the selection", async () => {
  await openQueue(row("INC-1"), row("INC-2"));
  press("j");
  press("x");
  press("Escape");
  assert.deepEqual([selected(), cursor()], [[], "row-INC-1"]);
});

test("the tab remembers the list and the place in it", async () => {
  await openQueue(row("INC-1"), row("INC-2"));
  press("j");
  press("j");
  const place = { url: "/desk/open", numbers: ["INC-1", "INC-2"], at: "INC-2", scroll: 0 };
  assert.deepEqual(JSON.parse(sessionStorage.getItem("list")), place);
  assert.deepEqual(JSON.parse(sessionStorage.getItem("list:/desk/open")), place);
});

test("a page that the browser has kept shows the row of the ticket that was seen last", async () => {
  await openQueue(row("INC-1"), row("INC-2"), row("INC-3"));
  press("j");
  window.dispatchEvent(new Event("pagehide"));
  const place = { url: "/desk/open", numbers: ["INC-1", "INC-2", "INC-3"], at: "INC-3", scroll: 40 };
  sessionStorage.setItem("list:/desk/open", JSON.stringify(place));
  window.dispatchEvent(Object.assign(new Event("pageshow"), { persisted: true }));
  assert.deepEqual([cursor(), find("#main").scrollTop], ["row-INC-3", 40]);
});

test("a page that the browser has kept shows no filter that was typed and not applied", async () => {
  await openQueue(row("INC-1"));
  document.body.insertAdjacentHTML("beforeend", '<form class="filters"><input name="q" value=""></form>');
  find(".filters input").value = "state:new";
  window.dispatchEvent(Object.assign(new Event("pageshow"), { persisted: true }));
  assert.equal(find(".filters input").value, "");
});

test("a menu opens with its first choice focused, if there is a row for it", async () => {
  await openQueue(row("INC-1"));
  press("s");
  assert.equal(find("#bulk-state").open, false);
  press("j");
  press("s");
  assert.equal(find("#bulk-state").open, true);
  assert.equal(document.activeElement.textContent, "Open");
});

test("a changed row is replaced in its place, with its selection and the cursor", async () => {
  await openQueue(row("INC-1"), row("INC-2"), row("INC-3"));
  press("j");
  press("j");
  press("x");
  const untouched = find("#row-INC-1");
  await change(row("INC-3"), row("INC-2", 2), row("INC-1"));
  assert.deepEqual(
    findAll("#rows a").map((link) => link.textContent),
    ["INC-1 at 1", "INC-2 at 2", "INC-3 at 1"],
  );
  assert.deepEqual(selected(), ["INC-2:2"]);
  assert.equal(document.activeElement.id, "open-INC-2");
  assert.equal(find("#row-INC-1"), untouched);
  assert.equal(waiting(), false);
});

test("a row that somebody has read is no longer marked", async () => {
  await openQueue(row("INC-1", 1, { unread: true }));
  press("j");
  await change(row("INC-1"));
  assert.deepEqual([find(".unread"), cursor()], [null, "row-INC-1"]);
});

test("a row that has left the view stays, marked, until it is back", async () => {
  await openQueue(row("INC-1"), row("INC-2"));
  await change(row("INC-2"));
  assert.deepEqual(
    findAll("#rows > tr").map((one) => one.classList.contains("gone")),
    [true, false],
  );
  await change(row("INC-1"), row("INC-2"));
  assert.equal(find(".gone"), null);
});

test("new rows wait behind the pill, which keeps the selection by number", async () => {
  await openQueue(row("INC-1"), row("INC-2"));
  press("j");
  press("x");
  await change(row("INC-3"), row("INC-1"), row("INC-2"));
  assert.deepEqual([waiting(), find("#new-rows").textContent], [true, "1 new row"]);
  await change(row("INC-5"), row("INC-4"), row("INC-3"), row("INC-1", 2));
  assert.equal(find("#new-rows").textContent, "3 new rows");
  assert.equal(find("#row-INC-3"), null);
  find("#new-rows").click();
  assert.deepEqual(
    findAll("#rows > tr").map((one) => one.id),
    ["row-INC-5", "row-INC-4", "row-INC-3", "row-INC-1"],
  );
  assert.deepEqual([selected(), waiting(), cursor()], [["INC-1:2"], false, "row-INC-1"]);
  assert.equal(find(".bulk-count").textContent, "1 row selected");
});

test("a burst of events is one request", async () => {
  await openQueue(row("INC-1"));
  const asked = serve(() => queue(row("INC-1")));
  for (let event = 0; event < 5; event += 1) {
    tell("trackline:tickets");
    await pass(200);
  }
  await pass(300);
  assert.equal(asked.length, 1);
});

test("a refusal, a sign-in page and a lost connection leave the rows alone", async () => {
  await openQueue(row("INC-1"));
  const text = async () => queue();
  const lost = () => Promise.reject(new Error("no connection"));
  for (const answer of [{ ok: false, text }, { ok: true, redirected: true, text }, lost]) {
    serve(() => (typeof answer === "function" ? answer() : answer));
    tell("trackline:tickets");
    await pass(300);
    assert.equal(find(".gone"), null);
  }
});

test("after a bulk change the cursor is on the row in the same place", async () => {
  await openQueue(row("INC-1"), row("INC-2"), row("INC-3"));
  press("j");
  press("j");
  find("#rows").innerHTML = row("INC-1") + row("INC-3");
  tell("htmx:after:swap");
  assert.equal(cursor(), "row-INC-3");
  assert.equal(document.activeElement.id, "open-INC-3");
  find("#rows").innerHTML = row("INC-1");
  tell("htmx:after:swap");
  assert.equal(document.activeElement.id, "open-INC-1");
  find("[name=assign]").focus();
  tell("htmx:after:swap");
  assert.equal(document.activeElement, find("[name=assign]"));
});
