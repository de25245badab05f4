import "./vendor/relative-time.js";
import "./menus.js";
import "./forms.js";
import "./drafts.js";
import "./attach.js";
import "./keys.js";
import "./ticket/ticket.js";
import "./ticket/reply-templates.js";
import { watchQueue } from "./desk/queue.js";
import { follow } from "./live.js";

if (document.querySelector("[data-live]")) follow();
watchQueue();
