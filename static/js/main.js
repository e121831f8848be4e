// Everything works without this file; with it, some things need no new page.
import { focusWhatHappened } from "./focus.js";
import { pickInPlace } from "./pick.js";
import { voteInPlace } from "./vote.js";

document.addEventListener("submit", voteInPlace);
document.addEventListener("submit", pickInPlace);
if (document.querySelector("[data-draft], [data-count]")) import("./writing.js");
focusWhatHappened();
