// @ts-check
// What every page needs. A page names the scripts of its slice in its block `head`.
import "../../static/vendor/relative-time.js";
import "./menus.js";
import "./forms.js";
import "./drafts.js";
import "./keys.js";
import "./print.js";
import "./palette.js";
import { follow } from "./live.js";

if (document.querySelector("[data-live]")) follow();
