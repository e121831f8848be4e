// A shortlist put in order without a new page: by its buttons, and by dragging an item's grip.
// The server answers with the whole order, so that what others moved meanwhile shows here too.
const list = document.querySelector("[data-shortlist]");
const act = document.getElementById("act");
const whole = new Intl.NumberFormat(`${document.documentElement.lang}-CA`);

if (list && act) {
  document.addEventListener("submit", moveByButton);
  for (const grip of list.querySelectorAll(".grip")) {
    grip.hidden = false;
    grip.addEventListener("pointerdown", drag);
  }
}

function moveByButton(event) {
  const button = event.submitter;
  if (event.target !== act || button?.name !== "to" || !list.contains(button)) return;
  event.preventDefault();
  send(button.closest("[data-item]"), { to: button.value }).then(() => {
    const other = button.parentElement.querySelector("button:enabled");
    (button.disabled && other ? other : button).focus();
  });
}

function drag(event) {
  const item = event.target.closest("[data-item]");
  const next = item.nextElementSibling;
  event.preventDefault();
  item.classList.add("shortlist-dragged");
  // The document listens, as an item that moves in the page loses hold of the pointer.
  document.addEventListener("pointermove", follow);
  document.addEventListener("pointerup", drop);
  document.addEventListener("pointercancel", drop);

  function follow(move) {
    const others = [...list.children].filter((other) => other !== item);
    const below = others.find((other) => {
      const box = other.getBoundingClientRect();
      return move.clientY < box.top + box.height / 2;
    });
    if (below !== item.nextElementSibling) list.insertBefore(item, below ?? null);
    if (move.clientY < 60) window.scrollBy(0, -20);
    if (move.clientY > window.innerHeight - 60) window.scrollBy(0, 20);
  }

  function drop(end) {
    item.classList.remove("shortlist-dragged");
    document.removeEventListener("pointermove", follow);
    document.removeEventListener("pointerup", drop);
    document.removeEventListener("pointercancel", drop);
    const now = item.nextElementSibling;
    if (end.type === "pointercancel") list.insertBefore(item, next);
    else if (now !== next) send(item, now ? { to: "before", before: now.dataset.item } : { to: "bottom" });
  }
}

async function send(item, move) {
  const address = item.querySelector("button[name=to]").formAction;
  try {
    const answer = await fetch(address, {
      method: "POST",
      headers: { Accept: "application/json", "X-CSRFToken": act.elements.csrf_token.value },
      body: new URLSearchParams(move),
    });
    if (!answer.ok) throw new Error(answer.statusText);
    show(await answer.json());
  } catch {
    window.location.reload();
  }
}

function show({ order, said }) {
  const items = new Map([...list.children].map((item) => [Number(item.dataset.item), item]));
  order.forEach((number, place) => {
    const item = items.get(number);
    if (!item) return window.location.reload();
    if (list.children[place] !== item) list.insertBefore(item, list.children[place] ?? null);
    item.querySelector("[data-place]").textContent = whole.format(place + 1);
    for (const button of item.querySelectorAll("button[name=to]")) {
      button.disabled = place === (["up", "top"].includes(button.value) ? 0 : order.length - 1);
    }
  });
  const status = document.getElementById("said");
  status.textContent = "";
  requestAnimationFrame(() => { status.textContent = said; });
}
