import assert from "node:assert/strict";
import { test } from "node:test";
import { define, find, findAll, open, pass, serve } from "./page.js";

const FRAME = `
  <p id="offline" hidden data-back="The connection is back."></p><p id="signed-out" hidden></p>
  <p id="news" hidden></p><div id="toast" hidden></div>`;
const comment = (name, own = false, text = "Now") =>
  `<article class="comment ${own ? "comment-own" : ""}" id="c-${name}" data-news="${name} wrote at 14:05:">
    <div class="prose-rich">${text}</div></article>`;
const ticket = (version, inner = "") => `
  <div id="status" data-version="${version}"></div>
  <section id="timeline" data-live="ticket:7" data-ticket="7" data-version="${version}">${inner}</section>`;
let port;

/** Opens a page that follows the live stream, whose messages `hear` and `connection` bring. */
async function openLive(body) {
  port = {};
  class SharedWorker {
    port = port;
  }
  define("SharedWorker", SharedWorker);
  await open(FRAME + body, "kit/static/live.js");
  window.SharedWorker = SharedWorker;
  document.body.dataset.frame = "/frame";
  const { follow } = await import(new URL("../../../gateway/portal/kit/static/live.js", import.meta.url));
  follow();
}

const hear = (type, event = {}) => port.onmessage({ data: { kind: "event", type, data: JSON.stringify(event) } });
const connection = (state) => port.onmessage({ data: { kind: "state", state } });

test("an event of a ticket fetches the page and replaces what changed", async () => {
  await openLive(`${ticket(1, "old")}<p id="list" data-live="tickets" data-version="1"></p>`);
  const list = find("#list");
  const asked = serve(() => `${ticket(2, "new")}<p id="list" data-live="tickets" data-version="1"></p>`);
  let told = 0;
  document.addEventListener("trackline:tickets", () => {
    told += 1;
  });
  hear("ticket", { id: "7" });
  assert.equal(told, 1);
  await pass(99);
  assert.deepEqual(asked, []);
  await pass(1);
  assert.deepEqual(asked, [location.href]);
  assert.equal(find("#timeline").textContent, "new");
  assert.equal(find("#list"), list);
});

test("a region without a version is compared by what it shows", async () => {
  await openLive('<p id="same" data-live="inbox">1</p><p id="other" data-live="inbox">1</p>');
  const same = find("#same");
  serve(() => '<p id="same" data-live="inbox">1</p><p id="other" data-live="inbox">2</p>');
  hear("inbox");
  await pass(1200);
  assert.equal(find("#same"), same);
  assert.equal(find("#other").textContent, "2");
});

test("lists wait longer than the ticket on the screen, and another ticket is no reason to fetch", async () => {
  await openLive('<p id="list" data-live="tickets"></p>');
  let asked = serve(() => "");
  hear("ticket", { id: "8" });
  await pass(1199);
  assert.equal(asked.length, 0);
  await pass(1);
  assert.equal(asked.length, 1);
  await openLive(ticket(1));
  asked = serve(() => "");
  hear("ticket", { id: "8" });
  await pass(5000);
  assert.equal(asked.length, 0);
});

test("a burst is one request, and events during a request are one more", async () => {
  await openLive(ticket(1));
  let answer;
  const asked = serve(() => new Promise((resolve) => (answer = resolve)));
  for (let event = 0; event < 5; event += 1) hear("ticket", { id: "7" });
  await pass(100);
  assert.equal(asked.length, 1);
  for (let event = 0; event < 5; event += 1) hear("ticket", { id: "7" });
  await pass(100);
  assert.equal(asked.length, 1);
  answer(ticket(2));
  await pass(0);
  await pass(100);
  assert.equal(asked.length, 2);
  answer(ticket(3));
  await pass(0);
  await pass(5000);
  assert.equal(asked.length, 2);
});

test("counters come from the address of the frame", async () => {
  await openLive('<p id="count" data-live="inbox" data-frame>1</p>');
  const asked = serve(() => '<p id="count" data-live="inbox" data-frame>2</p>');
  hear("inbox", { unread: 2 });
  await pass(1200);
  assert.deepEqual([asked, find("#count").textContent], [["/frame"], "2"]);
});

test("a region in which somebody types stays until the field is left", async () => {
  const panel = (version) => `<div id="panel" data-live="ticket:7" data-version="${version}"><input id="tags"></div>`;
  await openLive(panel(1));
  serve(() => panel(2));
  find("#tags").focus();
  find("#tags").value = "half a word";
  hear("ticket", { id: "7" });
  await pass(100);
  assert.equal(find("#tags").value, "half a word");
  assert.equal(find("#panel").dataset.version, "1");
  find("#tags").blur();
  await pass(0);
  await pass(0);
  assert.equal(find("#panel").dataset.version, "2");
});

test("what is open, focused and scrolled stays so in the new region", async () => {
  const region = (version) => `<div id="box" data-live="ticket:7" data-version="${version}">
    <details id="one"><summary>1</summary></details><details id="two"><summary>2</summary></details><a id="link" href="/">3</a></div>`;
  await openLive(region(1));
  const put = [];
  document.addEventListener("trackline:put", (event) => put.push(event.detail));
  serve(() => region(2));
  find("#two").open = true;
  find("#link").focus();
  find("#box").scrollTop = 40;
  hear("ticket", { id: "7" });
  await pass(100);
  const fresh = find("#box");
  assert.equal(fresh.dataset.version, "2");
  assert.deepEqual([find("#one").open, find("#two").open], [false, true]);
  assert.equal(document.activeElement, find("#link"));
  assert.equal(fresh.scrollTop, 40);
  assert.deepEqual(put, [fresh]);
});

test("the next reply is based on the answer to one's own change, before the live event of it", async () => {
  await openLive(`${ticket(1)}<form id="composer"><input type="hidden" data-base-version value="1"></form>`);
  find("#status").dataset.version = "2";
  document.dispatchEvent(new Event("htmx:after:swap"));
  assert.equal(find("[data-base-version]").value, "2");
});

test("the next reply is based on the version that the page shows", async () => {
  const composer = '<form id="composer"><input type="hidden" data-base-version value="1"></form>';
  const panel = '<form id="panel"><input type="hidden" data-base-version value="1"></form>';
  await openLive(ticket(1) + composer + panel);
  serve(() => ticket(4));
  hear("ticket", { id: "7" });
  await pass(100);
  assert.deepEqual(
    findAll("[data-base-version]").map((input) => input.value),
    ["4", "1"],
  );
});

test("a new comment of somebody else is announced, an own one is not", async () => {
  await openLive(ticket(1, comment("Ines")));
  serve(() => ticket(2, comment("Ines") + comment("Me", true)));
  hear("ticket", { id: "7" });
  await pass(100);
  serve(() => ticket(2.5, comment("Ines") + comment("Me", true)));
  hear("ticket", { id: "7" });
  await pass(100);
  serve(() => ticket(2.7, comment("Ines")));
  hear("ticket", { id: "7" });
  await pass(100);
  assert.equal(find("#news").hidden, true);
  serve(() =>
    ticket(
      3,
      comment("Ines") +
        comment("Me", true) +
        comment("Tom", false, `<p>It\n is <strong>on</strong></p>${"<p>a</p> ".repeat(90)}`),
    ),
  );
  hear("ticket", { id: "7" });
  await pass(100);
  assert.deepEqual(
    [find("#news").hidden, find("#news").textContent],
    [false, `Tom wrote at 14:05: It is on${"a ".repeat(40)}a…`],
  );
});

test("a new comment is announced although the oldest one leaves the page, an older part is not", async () => {
  await openLive(ticket(1, comment("Ines") + comment("Tom")));
  serve(() => ticket(2, comment("Ines") + comment("Tom")));
  hear("ticket", { id: "7" });
  await pass(100);
  assert.equal(find("#news").hidden, true);
  serve(() => ticket(3, comment("Tom") + comment("Maria")));
  hear("ticket", { id: "7" });
  await pass(100);
  assert.equal(find("#news").textContent, "Maria wrote at 14:05: Now");
});

test("news of the inbox mark the ticket as read only after it has changed", async () => {
  await openLive(ticket(1));
  serve(() => ticket(1));
  let read = 0;
  document.addEventListener("trackline:unread", () => {
    read += 1;
  });
  hear("inbox", { unread: 1 });
  assert.equal(read, 0);
  hear("ticket", { id: "7" });
  hear("inbox", { unread: 1 });
  hear("inbox", { unread: 2 });
  assert.equal(read, 1);
});

test("a refusal, a sign-in page and a lost connection change nothing", async () => {
  await openLive(ticket(1, "kept"));
  const text = async () => ticket(2, "wrong");
  for (const answer of [{ ok: false, text }, { ok: true, redirected: true, text }, "lost"]) {
    serve(() => (answer === "lost" ? Promise.reject(new Error("no connection")) : answer));
    hear("ticket", { id: "7" });
    await pass(100);
    assert.equal(find("#timeline").textContent, "kept");
  }
  serve(() => ticket(2, "right"));
  hear("ticket", { id: "7" });
  await pass(100);
  assert.equal(find("#timeline").textContent, "right");
});

test("a lost connection shows after a while, however often it is tried, and fetches everything when it is back", async () => {
  await openLive(ticket(1));
  const asked = serve(() => ticket(1));
  connection("open");
  await pass(5000);
  assert.deepEqual([asked, find("#offline").hidden], [[], true]);
  connection("lost");
  await pass(2000);
  connection("lost");
  assert.equal(find("#offline").hidden, true);
  await pass(500);
  assert.equal(find("#offline").hidden, false);
  connection("open");
  await pass(100);
  assert.equal(find("#offline").hidden, true);
  assert.equal(find("#news").textContent, "The connection is back.");
  assert.deepEqual(asked, [location.href, "/frame"]);
  connection("open");
  await pass(100);
  assert.equal(asked.length, 2);
});

test("a short loss is not shown", async () => {
  await openLive(ticket(1));
  serve(() => ticket(1));
  connection("lost");
  await pass(2000);
  connection("open");
  assert.equal(find("#news").hidden, true);
  await pass(5000);
  assert.equal(find("#offline").hidden, true);
});

test("somebody who is signed out is told so instead", async () => {
  await openLive(ticket(1));
  connection("lost");
  await pass(3000);
  connection("signed-out");
  assert.deepEqual([find("#signed-out").hidden, find("#offline").hidden], [false, true]);
  connection("open");
  assert.equal(find("#signed-out").hidden, true);
});

test("events that were missed make everything new", async () => {
  await openLive(ticket(1));
  const asked = serve(() => ticket(1));
  const told = [];
  for (const name of ["trackline:tickets", "trackline:unread"]) document.addEventListener(name, () => told.push(name));
  hear("resync");
  await pass(100);
  assert.deepEqual(asked, [location.href, "/frame"]);
  assert.deepEqual(told, ["trackline:tickets", "trackline:unread"]);
});
