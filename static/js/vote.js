// Votes without a new page. The button says at once what was chosen and the numbers follow; what is
// not counted goes back to what it was, with the reason in a line. Of quick clicks the last holds.
const underWay = new Map();

export function voteInPlace(event) {
  const { submitter: button, target: form } = event;
  const reply = form.id === "act" && button?.name === "value" && button.closest("[data-reply]");
  if (!reply) return;
  event.preventDefault();
  const begun = underWay.get(reply);
  const vote = begun ?? { reply, form, address: button.formAction, kept: pressed(reply) };
  vote.wanted = button.value;
  press(reply, vote.wanted);
  warn(reply);
  reply.querySelector(".vote-changed")?.remove();
  underWay.set(reply, vote);
  if (!begun) settle(vote);
}

// Whoever goes on while an earlier click is on its way has the last one sent all the same.
export function sendTheRest() {
  for (const vote of underWay.values()) if (vote.wanted !== vote.sent) send(vote, vote.wanted);
}

async function settle(vote) {
  while (vote.wanted !== vote.sent) {
    vote.sent = vote.wanted;
    try {
      const counted = await send(vote, vote.sent);
      vote.kept = vote.sent;
      if (vote.wanted === vote.sent) renew(vote.reply, counted);
    } catch (error) {
      if (vote.wanted !== vote.sent) continue;
      press(vote.reply, vote.kept);
      warn(vote.reply, error.why ?? vote.form.dataset.away, error.way);
    }
  }
  underWay.delete(vote.reply);
}

// Returns what a vote changes on a page; throws with the reason, and the way to mend it.
export async function send({ address, form }, value) {
  const answer = await fetch(address, {
    method: "POST",
    keepalive: true,
    redirect: "error",
    headers: {
      Accept: "text/html, application/problem+json",
      Prefer: "return=representation",
      "X-CSRFToken": form.elements.csrf_token.value,
    },
    body: new URLSearchParams({ value }),
  });
  if (answer.ok) return answer.text();
  const problem = await answer.json().catch(() => ({}));
  throw Object.assign(new Error(answer.statusText), {
    why: problem.detail ?? form.dataset.failed,
    way: answer.status === 401 ? form.dataset.signIn : "",
  });
}

function pressed(reply) {
  return reply.querySelector("button[aria-pressed=true]")?.dataset.value ?? "none";
}

function press(reply, value) {
  for (const button of reply.querySelectorAll("button[data-value]")) {
    const isPressed = button.dataset.value === value;
    button.setAttribute("aria-pressed", isPressed);
    button.value = isPressed ? "none" : button.dataset.value;
  }
}

function renew(reply, html) {
  const box = document.createElement("template");
  box.innerHTML = html;
  for (const part of box.content.querySelectorAll("[data-counted]")) {
    if (part.dataset.counted === "said") say(part.textContent);
    else reply.querySelector(`[data-counted=${part.dataset.counted}]`)?.replaceWith(part);
  }
}

function warn(reply, why, way) {
  reply.querySelector(".vote-warning")?.remove();
  if (!why) return;
  const line = document.createElement("p");
  line.className = "vote-warning";
  if (way) line.append(Object.assign(document.createElement("a"), { href: way, textContent: why }));
  else line.textContent = why;
  reply.querySelector(".vote-buttons").after(line);
  say(why);
}

function say(words) {
  const said = document.getElementById("said");
  said.textContent = "";
  requestAnimationFrame(() => { said.textContent = words; });
}
