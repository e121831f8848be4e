// Everything works without this file; with it, some things need no new page.
import { sendTheRest, voteInPlace } from "./vote.js";

document.addEventListener("submit", voteInPlace);
window.addEventListener("pagehide", sendTheRest);
if (document.querySelector("[data-draft], [data-count]")) import("./writing.js");
