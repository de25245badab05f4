import assert from "node:assert/strict";
import { test } from "node:test";
import { open } from "./page.js";

const TABLES = "kit/static/tables.js";

async function paste(parts) {
  await open("", TABLES);
  const { clipboardTable } = await import(`../../../gateway/portal/${TABLES}`);
  return clipboardTable({ getData: (type) => parts[type] ?? "" });
}

const plain = (text) => paste({ "text/plain": text });
const html = (text) => paste({ "text/html": text, "text/plain": "as text" });

test("cells between tabs become a table", async () => {
  assert.equal(await plain("Host\tState\r\nweb\tup\r\n"), "| Host | State |\n| --- | --- |\n| web | up |");
  assert.equal(await plain("a\tb\nx|y\\z\t"), "| a | b |\n| --- | --- |\n| x\\|y\\\\z |  |");
});

test("other text with tabs stays text", async () => {
  for (const text of ["one\ttwo", "no tabs\nhere", "\tindented\n\tcode", "a\tb\nc\td\te", "all:\n\tmake"])
    assert.equal(await plain(text), null, text);
});

test("a table of a page or a sheet becomes a table", async () => {
  const sheet = "<style>td{}</style><table><tr><th>Host<th>State</tr><tr><td>web\n 1</td></tr></table>";
  assert.equal(await html(sheet), "| Host | State |\n| --- | --- |\n| web 1 |  |");
});

test("a page with other words, several tables or one cell stays text", async () => {
  const table = "<table><tr><td>a<td>b</tr></table>";
  for (const page of [`<p>Words</p>${table}`, table + table, "<table><tr><td>a</td></tr></table>", "<b>bold</b>"])
    assert.equal(await html(page), null, page);
});

test("a table that is too large stays text", async () => {
  assert.equal(await plain("a\tb\n".repeat(1001)), null);
});
