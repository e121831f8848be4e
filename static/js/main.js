// Everything works without this file; with it, some things need no new page.
import { focusWhatHappened } from "./focus.js";
import { pickInPlace } from "./pick.js";
import { sendTheRest, voteInPlace } from "./vote.js";

document.addEventListener("submit", voteInPlace);
document.addEventListener("submit", pickInPlace);
window.addEventListener("pagehide", sendTheRest);
if (document.querySelector("[data-draft], [data-count]")) import("./writing.js");
document.querySelector("[data-at-once]")?.requestSubmit();
for (const button of document.querySelectorAll("[data-copy]")) {
  import("./copy.js").then(({ copyAtOnce }) => copyAtOnce(button));
}
focusWhatHappened();
