// Votes without a new page: send the vote, then write the new numbers where the old ones stood.
import { show } from "./support.js";

// Buttons whose vote could not be sent this way; the browser sends those as a plain form.
const plainly = new WeakSet();

export async function voteInPlace(event) {
  const button = event.submitter;
  const form = event.target;
  if (form.id !== "act" || button?.name !== "value" || plainly.has(button)) return;
  event.preventDefault();
  const reply = button.closest("[data-reply]");
  if (reply.ariaBusy === "true") return;
  reply.ariaBusy = "true";
  try {
    show(reply, await send(form, button));
  } catch {
    plainly.add(button);
    form.requestSubmit(button);
  } finally {
    reply.ariaBusy = "false";
  }
}

async function send(form, button) {
  const answer = await fetch(button.formAction, {
    method: "POST",
    headers: { Accept: "application/json", "X-CSRFToken": form.elements.csrf_token.value },
    body: new URLSearchParams({ value: button.value }),
  });
  if (!answer.ok) throw new Error(answer.statusText);
  return answer.json();
}
