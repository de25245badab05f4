import assert from "node:assert/strict";
import { test } from "node:test";
import { find, open } from "./page.js";

// The address of the test page, which takes the place of /t/INC-2.
const HERE = "open";
const HEAD = `
  <a data-back href="/desk/mine">Back</a>
  <span data-neighbours data-place="{at} of {all}" hidden><span data-neighbours-place></span>
    <a data-neighbour="-1">Previous</a><a data-neighbour="1">Next</a></span>`;

const openTicket = (list) =>
  open(HEAD, "ticket/static/neighbours.js", { session: list ? { list: JSON.stringify(list) } : {} });
const url = "/desk/open?sort=title";
const hrefs = () =>
  ["[data-back]", '[data-neighbour="-1"]', '[data-neighbour="1"]'].map((one) => find(one).getAttribute("href"));

test("a ticket that came from a list has neighbours and a way back to it", async () => {
  await openTicket({ url, numbers: ["INC-1", HERE, "INC-3"], at: HERE, scroll: 0 });
  assert.deepEqual(hrefs(), [url, "/t/INC-1", "/t/INC-3"]);
  assert.equal(find("[data-neighbours-place]").textContent, "2 of 3");
  assert.equal(find("[data-neighbours]").hidden, false);
});

test("the first and the last ticket of a list have one neighbour", async () => {
  await openTicket({ url, numbers: [HERE, "INC-3"], at: HERE, scroll: 0 });
  assert.deepEqual(hrefs(), [url, null, "/t/INC-3"]);
  await openTicket({ url, numbers: ["INC-1", HERE], at: HERE, scroll: 0 });
  assert.deepEqual(hrefs(), [url, "/t/INC-1", null]);
});

test("a ticket of no list, or of another one, has no neighbours", async () => {
  for (const list of [
    null,
    {},
    { url, numbers: [], at: "", scroll: 0 },
    { url, numbers: ["INC-9"], at: "INC-9", scroll: 0 },
  ]) {
    await openTicket(list);
    assert.deepEqual(hrefs(), ["/desk/mine", null, null]);
    assert.equal(find("[data-neighbours]").hidden, true);
  }
});

test("the head that replaces the old one is filled too", async () => {
  await openTicket({ url, numbers: ["INC-1", HERE], at: HERE, scroll: 0 });
  find("main").innerHTML = HEAD;
  document.dispatchEvent(new CustomEvent("trackline:put", { detail: find("main") }));
  assert.deepEqual(hrefs(), [url, "/t/INC-1", null]);
});
