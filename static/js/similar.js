// Shows proposals like the one whose title is being typed, until the writer waves them away.
import { afterPause } from "./pause.js";

export function showSimilar(place) {
  const { title } = place.closest("form").elements;
  const [list, button] = place.children;
  let dismissed = false;
  let asked;

  async function show() {
    const words = title.value.trim();
    if (dismissed || words === asked) return;
    asked = words;
    try {
      const address = `${place.dataset.similar}?${new URLSearchParams({ title: words })}`;
      // Whose session has ended is sent to sign in: that page has no place in this one.
      const answer = await fetch(address, { redirect: "error" });
      const html = answer.ok ? (await answer.text()).trim() : "";
      if (dismissed || words !== asked) return;
      place.hidden = !html;
      if (html !== list.innerHTML) list.innerHTML = html;
    } catch {
      asked = undefined;
    }
  }

  title.addEventListener("input", afterPause(300, show));
  // Whoever types fast has begun before this script came.
  if (title.value !== title.defaultValue) show();
  button.addEventListener("click", () => {
    dismissed = place.hidden = true;
    title.focus();
  });
}
