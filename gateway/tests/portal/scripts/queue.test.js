import assert from "node:assert/strict";
import { test } from "node:test";
import { find, findAll, open, pass, press, serve, tell } from "./page.js";

const row = (number, version = 1) => `
  <tr id="row-${number}" data-version="${version}">
    <td class="cell-select"><input type="checkbox" name="ticket" value="${number}:${version}"></td>
    <td class="cell-title"><a href="/t/${number}" id="open-${number}">${number} at ${version}</a></td>
  </tr>`;
const queue = (...rows) => `
  <button id="new-rows" hidden data-one="1 new row" data-many="2 new rows"></button>
  <form id="bulk"><table><tbody id="rows">${rows.join("")}</tbody></table>
    <span class="bulk-count" data-one="1 row selected" data-many="2 rows selected"></span>
    <button type="button" name="assign" value="me"></button>
    <details id="bulk-state"><summary>State</summary><button type="button" class="menu-item">Open</button></details>
  </form>`;

const openQueue = (...rows) => open(queue(...rows), "desk/static/queue.js");
const selected = () => findAll("input[name=ticket]:checked").map((box) => box.value);

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
  find("[name=assign]").addEventListener("click", () => assigned.push(selected()));
  press("e");
  press("j");
  press("e");
  press("j");
  press("e");
  assert.deepEqual(assigned, [["INC-1:1"], ["INC-1:1"]]);
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
  assert.equal(find("#new-rows").hidden, true);
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
  assert.deepEqual([find("#new-rows").hidden, find("#new-rows").textContent], [false, "1 new row"]);
  await change(row("INC-5"), row("INC-4"), row("INC-3"), row("INC-1", 2));
  assert.equal(find("#new-rows").textContent, "3 new rows");
  assert.equal(find("#row-INC-3"), null);
  find("#new-rows").click();
  assert.deepEqual(
    findAll("#rows > tr").map((one) => one.id),
    ["row-INC-5", "row-INC-4", "row-INC-3", "row-INC-1"],
  );
  assert.deepEqual([selected(), find("#new-rows").hidden], [["INC-1:2"], true]);
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
  assert.equal(document.activeElement.id, "open-INC-3");
  find("#rows").innerHTML = row("INC-1");
  tell("htmx:after:swap");
  assert.equal(document.activeElement.id, "open-INC-1");
  find("[name=assign]").focus();
  tell("htmx:after:swap");
  assert.equal(document.activeElement, find("[name=assign]"));
});
