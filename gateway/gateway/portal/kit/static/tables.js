// @ts-check
// Turns a copied table (HTML of a page or a sheet, or cells separated by tabs) into a table in Markdown.

const MOST_CELLS = 2000;

/** @param {DataTransfer} data */
export function clipboardTable(data) {
  const rows = rowsOfHtml(data.getData("text/html")) ?? rowsOfTabs(data.getData("text/plain"));
  return rows && toMarkdown(rows);
}

// A page with other words beside its table is pasted as text.
/** @param {string} html */
function rowsOfHtml(html) {
  if (!html.includes("<table")) return null;
  const { body } = new DOMParser().parseFromString(html, "text/html");
  for (const unseen of body.querySelectorAll("style, script, meta")) unseen.remove();
  const tables = body.querySelectorAll("table");
  if (tables.length !== 1) return null;
  const rows = [...tables[0].rows].map((row) => [...row.cells].map((cell) => cell.textContent));
  tables[0].remove();
  return body.textContent.trim() ? null : rows;
}

// The first line must name each column, so that indented text is no table.
/** @param {string} text */
function rowsOfTabs(text) {
  const rows = text
    .replace(/\r?\n$/, "")
    .split(/\r?\n/)
    .map((line) => line.split("\t"));
  const isTable = rows.length > 1 && rows[0].length > 1 && rows[0].every((cell) => cell.trim());
  return isTable && rows.every((row) => row.length === rows[0].length) ? rows : null;
}

/** @param {string[][]} rows */
function toMarkdown(rows) {
  const columns = Math.max(0, ...rows.map((row) => row.length));
  if (rows.length * columns < 2 || rows.length * columns > MOST_CELLS) return null;
  const lines = rows.map((row) => toLine(Array.from({ length: columns }, (_, at) => cleanCell(row[at] ?? ""))));
  return [lines[0], toLine(Array(columns).fill("---")), ...lines.slice(1)].join("\n");
}

/** @param {string[]} cells */
const toLine = (cells) => `| ${cells.join(" | ")} |`;

/** @param {string} text */
const cleanCell = (text) => text.replace(/\s+/g, " ").trim().replace(/[\\|]/g, "\\$&");
