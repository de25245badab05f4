import assert from "node:assert/strict";
import { mock, test } from "node:test";
import { find, findAll, open, pass, press, tell } from "./page.js";

const FRAME = `
  <div id="progress-bar" hidden></div>
  <template id="sending-again"><div data-failed>again</div></template>
  <template id="failed"><div data-failed>failed <small data-request-id data-label="Number"></small></div></template>`;
const REPLY = `
  <form id="composer" method="post" action="/reply" hx-post="/reply"><input type="hidden" name="key" value="k1">
    <textarea id="text" name="text" data-send></textarea>
    <div class="notice"><button id="noticed">Again</button></div>
    <button id="send">Send</button>
    <div class="resolve"><button id="solve" name="state" value="resolved">Solve</button></div></form>`;

/** Opens a page whose forms only note by which button they were sent. */
async function openForms(body) {
  await open(FRAME + body, "kit/static/forms.js");
  const sent = [];
  window.HTMLFormElement.prototype.requestSubmit = function submit(button) {
    sent.push(button?.id ?? this.id);
  };
  // jsdom lays nothing out: what has no attribute `hidden` counts as visible.
  Object.defineProperty(window.HTMLElement.prototype, "offsetParent", {
    get() {
      return this.closest("[hidden]") ? null : document.body;
    },
  });
  return sent;
}

function request(method = "POST", source = "#composer", submitter = null) {
  return { sourceElement: find(source), sourceEvent: { submitter }, request: { method }, text: "" };
}

function answer(ctx, status, { url = "http://desk.example/reply", redirected = false, text = "" } = {}) {
  const raw = { status, url, redirected, headers: new Map([["x-request-id", "r-17"]]) };
  return tell("htmx:before:swap", { ctx: { ...ctx, response: { raw }, text } });
}

const notice = () => find("[data-failed]")?.textContent.trim();

function submit(selector) {
  const event = new SubmitEvent("submit", { bubbles: true, cancelable: true });
  find(selector).dispatchEvent(event);
  return event;
}

test("a field with data-submit sends its form, and Resolved asks for the solution first", async () => {
  const sent = await openForms(`<form id="change"><select name="state" data-submit>
    <option value="open">Open</option><option value="resolved">Resolved</option></select><select id="quiet"></select></form>`);
  const asked = [];
  document.addEventListener("trackline:resolve", () => asked.push("resolve"));
  const change = () => find("select").dispatchEvent(new Event("change", { bubbles: true }));
  find("#quiet").dispatchEvent(new Event("change", { bubbles: true }));
  assert.deepEqual(sent, []);
  change();
  assert.deepEqual([sent, asked], [["change"], []]);
  find("select").value = "resolved";
  change();
  assert.deepEqual([sent, asked], [["change"], ["resolve"]]);
});

test("Ctrl+Enter sends by the first button that is no notice's, and solves while the solution is open", async () => {
  const sent = await openForms(REPLY);
  find(".resolve").hidden = true;
  find("#text").focus();
  press("Enter");
  press("a", { ctrlKey: true });
  assert.deepEqual(sent, []);
  press("Enter", { ctrlKey: true });
  press("Enter", { metaKey: true });
  find(".resolve").hidden = false;
  press("Enter", { ctrlKey: true });
  assert.deepEqual(sent, ["send", "send", "solve"]);
});

test("Ctrl+Shift+Enter sends as the solution where there is one", async () => {
  const sent = await openForms(`${REPLY.replace("</form>", '<fieldset id="resolve"></fieldset></form>')}`);
  let asked = 0;
  document.addEventListener("trackline:send-resolved", () => {
    asked += 1;
  });
  find("#text").focus();
  press("Enter", { ctrlKey: true, shiftKey: true });
  assert.deepEqual([sent, asked], [[], 1]);
});

test("Enter leaves a field of one line", async () => {
  await openForms('<form><textarea id="title" data-line></textarea></form>');
  find("#title").focus();
  assert.equal(press("Enter").defaultPrevented, true);
  assert.equal(document.activeElement, document.body);
});

test("a plain form is sent once, until the page is shown again", async () => {
  await openForms('<form id="once" method="post" data-guard></form>');
  assert.equal(submit("#once").defaultPrevented, false);
  assert.equal(submit("#once").defaultPrevented, true);
  window.dispatchEvent(new Event("pageshow"));
  assert.equal(submit("#once").defaultPrevented, false);
});

test("the bar shows only what takes longer than a moment", async () => {
  await openForms(REPLY);
  const ctx = request();
  tell("htmx:before:request", { ctx });
  tell("htmx:before:request", { ctx });
  await pass(299);
  assert.equal(find("#progress-bar").hidden, true);
  tell("htmx:finally:request", { ctx });
  await pass(300);
  assert.equal(find("#progress-bar").hidden, false);
  tell("htmx:finally:request", { ctx });
  assert.equal(find("#progress-bar").hidden, true);
});

test("nobody types into a form while it is sent, but into one whose preview is fetched", async () => {
  await openForms(REPLY);
  for (const [ctx, frozen] of [
    [request("POST", "#send"), true],
    [request("GET"), false],
    [request("POST", "#text"), false],
  ]) {
    tell("htmx:before:request", { ctx });
    assert.equal(find("#text").readOnly, frozen);
    tell("htmx:finally:request", { ctx });
    assert.equal(find("#text").readOnly, false);
  }
});

test("without an answer a form is sent again, four times with growing pauses, and then says that it failed", async () => {
  const sent = await openForms(REPLY);
  mock.method(Math, "random", () => 0.5);
  const ctx = request("POST", "#composer", find("#send"));
  for (const pause of [500, 1000, 2000, 4000]) {
    assert.equal(answer(ctx, 503).defaultPrevented, true);
    assert.equal(notice(), "again");
    const before = sent.length;
    await pass(pause - 1);
    assert.equal(sent.length, before);
    await pass(1);
    assert.equal(sent.length, before + 1);
  }
  assert.deepEqual(sent, ["send", "send", "send", "send"]);
  answer(ctx, 503);
  await pass(60_000);
  assert.equal(notice(), "failed Number: r-17");
  assert.equal(findAll("[data-failed]").length, 1);
  assert.equal(sent.length, 4);
  mock.restoreAll();
});

test("a lost connection is no answer", async () => {
  const sent = await openForms(REPLY);
  tell("htmx:error", { ctx: request() });
  assert.equal(notice(), "again");
  await pass(1000);
  assert.deepEqual(sent, ["composer"]);
});

test("a form without a key is never sent twice by itself", async () => {
  const sent = await openForms(REPLY.replace('value="k1"', 'value=""'));
  answer(request(), 503);
  await pass(60_000);
  assert.deepEqual([notice(), sent], ["failed Number: r-17", []]);
});

test("an answer ends the repetition", async () => {
  await openForms(REPLY);
  answer(request(), 503);
  assert.equal(answer(request(), 422).defaultPrevented, false);
  assert.equal(notice(), undefined);
  for (let time = 0; time < 4; time += 1) answer(request(), 503);
  assert.equal(notice(), "again");
});

test("a fault keeps the form and its text, and names the request", async () => {
  const sent = await openForms(REPLY);
  find("#text").value = "Written";
  for (const [status, text] of [
    [500, ""],
    [404, "<main data-error-page>"],
  ]) {
    assert.equal(answer(request(), status, { text }).defaultPrevented, true);
    assert.deepEqual([notice(), find("#text").value], ["failed Number: r-17", "Written"]);
  }
  await pass(60_000);
  assert.deepEqual(sent, []);
});

test("the focus after a swap is beside the field that had it", async () => {
  await openForms('<main id="main"><div class="field-row"><select id="state"></select></div></main>');
  find("#state").focus();
  tell("htmx:before:swap", { ctx: {} });
  find(".field-row").innerHTML = '<select id="state"></select>';
  tell("htmx:after:swap");
  assert.equal(document.activeElement, find(".field-row"));
});

test("a focus that somebody has moved meanwhile stays there", async () => {
  await openForms('<main id="main"><select id="state"></select><input id="other"></main>');
  find("#state").focus();
  tell("htmx:before:swap", { ctx: {} });
  find("#other").focus();
  tell("htmx:after:swap");
  assert.equal(document.activeElement, find("#other"));
});
