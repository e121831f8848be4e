// Shows what is being written as it will stand: when asked, and from then on as it changes. The
// answer is the server's, which makes all words safe as it does before they are published.
import { afterPause } from "./pause.js";

export function previewInPlace(place) {
  const form = place.closest("form");
  let shown;
  let plainly = false;

  async function show() {
    const words = new URLSearchParams(new FormData(form));
    words.set("preview", "1");
    const asked = words.toString();
    if (asked === shown) return;
    shown = asked;
    const answer = await fetch(form.action, {
      method: "POST",
      redirect: "error",
      headers: { Accept: "text/html", Prefer: "return=representation" },
      body: words,
    });
    if (!answer.ok) throw new Error(answer.statusText);
    const html = await answer.text();
    if (asked !== shown) return;
    place.innerHTML = html;
    place.hidden = false;
  }

  async function showNow(button, asked) {
    try {
      await show();
    } catch {
      plainly = true;
      form.requestSubmit(button);
      return;
    }
    place.scrollIntoView({ block: "nearest" });
    if (asked === button) place.focus({ preventScroll: true });
    else document.getElementById("said").textContent = place.dataset.shown;
  }

  form.addEventListener("submit", (event) => {
    if (event.submitter?.name !== "preview" || plainly) return;
    event.preventDefault();
    showNow(event.submitter, document.activeElement);
  });
  form.addEventListener("input", afterPause(600, () => {
    if (!place.hidden) show().catch(() => { shown = undefined; });
  }));
}
