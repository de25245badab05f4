// @ts-check
// The list of tickets that somebody came from, and where in it they were. sessionStorage keeps it for this tab, as JSON:
// "list" is the list seen last, and "list:<url>" each list by its address. `numbers` are the tickets of its rows in
// their order, `at` is the one that was opened or passed last ("" if none was), and `scroll` is the position of #main.
/** @typedef {{url: string, numbers: string[], at: string, scroll: number}} Place */

const here = () => location.pathname + location.search;

/** @param {string} key @returns {Place | null} */
function read(key) {
  try {
    return JSON.parse(sessionStorage.getItem(key) ?? "null");
  } catch {
    return null;
  }
}

/** @param {Place} place */
function keep(place) {
  const text = JSON.stringify(place);
  sessionStorage.setItem("list", text);
  sessionStorage.setItem(`list:${place.url}`, text);
}

/** @param {Omit<Place, "url">} place of the list on this page */
export const remember = (place) => keep({ url: here(), ...place });

/** Where somebody was when they left the list on this page. */
export const recall = () => read(`list:${here()}`);

/** The list that somebody came from to this page. */
export const lastList = () => read("list");

/** Says that somebody went on to another ticket of the list, so that they return to its row. @param {string} at */
export function moveOn(at) {
  const place = lastList();
  if (place?.numbers.includes(at)) keep({ ...place, at });
}
