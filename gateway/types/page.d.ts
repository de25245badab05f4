import type { Htmx } from "htmx.org";
import type { ParseSelector } from "typed-query-selector/parser";

declare global {
  // A selector that names a tag answers with the type of this tag.
  interface ParentNode {
    querySelector<S extends string>(selector: S): ParseSelector<S, HTMLElement> | null;
    querySelectorAll<S extends string>(selector: S): NodeListOf<ParseSelector<S, HTMLElement>>;
  }
  interface Element {
    closest<S extends string>(selector: S): ParseSelector<S, HTMLElement> | null;
  }

  // Both are scripts of their own (base.html, insights.html).
  interface Window {
    htmx?: Htmx;
    echarts: typeof import("echarts");
  }

  // What attach.js keeps on a chosen file while it is uploaded, and on a form that waits for the end of an upload.
  interface HTMLLIElement {
    abort?: () => void;
  }
  interface HTMLFormElement {
    submitter?: HTMLElement | null;
  }

  type StreamMessage = { kind: "event"; type: string; data: string } | { kind: "state"; state: string };

  interface DocumentEventMap {
    "hotkey-fire": CustomEvent;
    "trackline:put": CustomEvent<HTMLElement>;
  }
}
