// Keeps on the server what is being typed: after each pause, and when the page is left.
import { afterPause } from "./pause.js";

export function keepDraft(button) {
  const { form } = button;
  const { draft: stamp, csrf_token: token } = form.elements;
  const part = (name) => form.querySelector(`[data-draft="${name}"]`);
  const words = () => Object.fromEntries(new FormData(form));
  let typed = false;
  let busy = false;
  let sent = false;
  let other;

  const send = () => fetch(button.formAction, {
    method: "POST",
    keepalive: document.hidden,
    headers: { Accept: "application/json", "X-CSRFToken": token.value },
    body: new URLSearchParams(words()),
  });

  // After a new sign-in on another page, the token of this one is out of date.
  async function sendRenewed() {
    const page = await (await fetch(part("said").dataset.renew)).text();
    const fresh = new DOMParser().parseFromString(page, "text/html");
    token.value = fresh.querySelector('[name="csrf_token"]').value;
    return send();
  }

  function say(text, role) {
    part("said").setAttribute("role", role);
    part("said").textContent = text;
  }

  function clash(answer) {
    other = answer.words;
    part("why").textContent = answer.detail;
    part("clash").hidden = false;
  }

  async function save() {
    if (!typed || busy || sent || other) return;
    typed = false;
    busy = true;
    try {
      let answer = await send();
      if (answer.status === 400) answer = await sendRenewed();
      const said = await answer.json();
      if (said.stamp) stamp.value = said.stamp;
      if (answer.status === 409) clash(said);
      else say(said.said ?? said.detail, answer.ok ? "none" : "alert");
      if (typed) later();
    } catch {
      typed = true;
      say(part("said").dataset.failed, "alert");
      setTimeout(save, 30_000);
    } finally {
      busy = false;
    }
  }

  const later = afterPause(1_500, save);
  form.addEventListener("input", () => {
    typed = true;
    later();
  });
  // Whoever types fast has begun before this script came.
  if ([...form.elements].some((field) => field.value !== (field.defaultValue ?? field.value))) {
    typed = true;
    later();
  }
  form.addEventListener("submit", (event) => { sent = !event.defaultPrevented; });
  document.addEventListener("visibilitychange", () => { if (document.hidden) save(); });
  part("swap").addEventListener("click", () => {
    const mine = words();
    for (const [name, text] of Object.entries(other)) {
      const field = form.elements[name];
      if (field && field !== stamp) field.value = text;
    }
    for (const field of form.elements) field.dispatchEvent(new Event("input", { bubbles: true }));
    other = mine;
  });
  part("keep").addEventListener("click", () => {
    other = undefined;
    typed = true;
    part("clash").hidden = true;
    save();
  });
}
