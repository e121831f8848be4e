// Picking for a shortlist without a new page: the server says how the button looks then.
const plainly = new WeakSet();

export async function pickInPlace(event) {
  const button = event.submitter;
  const place = button?.closest("[data-pick]");
  if (!place || plainly.has(button)) return;
  event.preventDefault();
  if (place.ariaBusy === "true") return;
  place.ariaBusy = "true";
  try {
    const answer = await fetch(button.formAction, {
      method: "POST",
      headers: { Accept: "application/json", "X-CSRFToken": event.target.elements.csrf_token.value },
      body: new URLSearchParams({ reply: button.value }),
    });
    if (!answer.ok) throw new Error(answer.statusText);
    show(place, await answer.json());
  } catch {
    place.ariaBusy = "false";
    plainly.add(button);
    event.target.requestSubmit(button);
  }
}

function show(place, { html, said }) {
  const fresh = new DOMParser().parseFromString(html, "text/html").querySelector("[data-pick]");
  const spoken = document.createElement("p");
  spoken.className = "visually-hidden";
  spoken.setAttribute("role", "status");
  place.replaceWith(fresh);
  fresh.open = true;
  fresh.append(spoken);
  fresh.querySelector("summary").focus();
  requestAnimationFrame(() => { spoken.textContent = said; });
}
