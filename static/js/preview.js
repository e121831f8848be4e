// Shows how the words will look while they are typed, where the reader has opened that part.
import { afterPause } from "./pause.js";

export function preview(place) {
  const form = place.closest("form");
  const { body, csrf_token: token } = form.elements;
  const words = place.querySelector(".words");
  const empty = words.textContent;
  let shown;

  async function show() {
    const text = body.value;
    if (!place.open || text === shown) return;
    shown = text;
    if (!text.trim()) {
      words.textContent = empty;
      return;
    }
    try {
      const answer = await fetch(place.dataset.preview, {
        method: "POST",
        headers: { Accept: "application/json", "X-CSRFToken": token.value },
        body: new URLSearchParams({ body: text }),
      });
      const said = await answer.json();
      if (text !== shown) return;
      // The server has made this HTML safe, as it does before it is published.
      if (answer.ok) words.innerHTML = said.html;
      else words.textContent = said.detail;
    } catch {
      shown = undefined;
    }
  }

  form.addEventListener("input", afterPause(600, show));
  place.addEventListener("toggle", show);
  show();
}
