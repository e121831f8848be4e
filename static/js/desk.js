// The keys of the moderators' desk. Each presses a button or follows a link that stands on the page
// anyway, and only inside the item that has the focus: a row of the list, or what is open; that which
// takes back what was done, also where it says what that was.
const desk = document.querySelector("[data-keys]");
const all = document.querySelector("[data-all]");
let sending = false;

// A key pressed again before the answer is there would decide the same thing twice.
document.addEventListener("submit", () => { sending = true; });
window.addEventListener("pageshow", () => { sending = false; });
desk?.addEventListener("keydown", leave);
if (desk) document.addEventListener("keydown", pressed);
document.addEventListener("change", changed);
document.querySelector(".desk-row-open")?.scrollIntoView({ block: "nearest", behavior: "instant" });
if (all) {
  all.parentElement.hidden = false;
  document.querySelector("[data-all-link]").hidden = true;
  count();
}

function pressed(event) {
  if (sending || event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
  const key = event.key;
  if (key.length > 1 || !desk.dataset.keys.includes(key.toLowerCase())) return;
  event.preventDefault();
  const item = event.target.closest("[data-review]");
  if (key === "z" && event.target.closest("#last-action")) click(document.querySelector('[data-key="z"]'));
  else if (!item) say(desk.dataset.nothing);
  else if (key === "?") unfold();
  else if (key === "z") say(click(document.querySelector('[data-key="z"]')) ? "" : desk.dataset.cannot);
  else if (key !== key.toLowerCase()) many(key);
  else if ("jni".includes(key)) step(item, key === "i");
  else press(item, key);
}

// Out of a field, so that keys work again.
function leave(event) {
  if (event.key !== "Escape" || !typing(event.target)) return;
  const item = event.target.closest("[data-review]");
  (item?.querySelector("[data-title], [data-open]") ?? item ?? event.target).focus();
}

function typing(target) {
  return target.matches("input:not([type=checkbox]), textarea, select, [contenteditable]");
}

function say(words) {
  document.getElementById("desk-said").textContent = "";
  setTimeout(() => { document.getElementById("desk-said").textContent = words; });
}

function unfold() {
  const keys = document.getElementById("keys");
  keys.open = !keys.open;
  if (keys.open) keys.querySelector("summary").focus();
}

// Through the list row by row; from what is open to the next of the queue.
function step(item, back) {
  const rows = [...document.querySelectorAll(".desk-row")];
  const at = rows.indexOf(item);
  const to = at < 0 ? item.querySelector(`[rel=${back ? "prev" : "next"}]`)
    : rows[at + (back ? -1 : 1)]?.querySelector("[data-open]");
  if (!to) say(desk.dataset.last ?? desk.dataset.cannot);
  else if (at < 0) to.click();
  else to.focus();
}

function press(item, key) {
  const isRow = item.matches(".desk-row");
  if (isRow && key === "x") return item.querySelector("[name=item]")?.click();
  if (!click(item.querySelector(`[data-key="${CSS.escape(key)}"]`))) {
    say(isRow ? desk.dataset.closed : desk.dataset.cannot);
  }
}

function many(key) {
  if (!ticked().length) return say(desk.dataset.unticked ?? desk.dataset.cannot);
  if (!click(document.querySelector(`#bulk [data-key="${key}"]`))) say(desk.dataset.cannot);
}

// A button whose form still needs something sends the moderator there instead.
function click(button) {
  if (!button) return false;
  if (button.tagName === "SUMMARY") {
    button.parentElement.open = true;
    button.parentElement.querySelector("select, input:not([type=hidden]), textarea")?.focus();
  } else {
    const wanting = button.formNoValidate ? null : button.form?.querySelector(":invalid");
    if (!wanting) button.click();
    else {
      wanting.focus();
      say(desk.dataset.wanting ?? desk.dataset.cannot);
    }
  }
  return true;
}

function ticked() {
  return document.querySelectorAll("[name=item]:checked");
}

function changed({ target }) {
  if (target === all) for (const box of document.querySelectorAll("[name=item]")) box.checked = all.checked;
  if (target === all || target.name === "item") count();
  if (target.matches("[data-ready]")) fill(target);
}

function count() {
  const number = ticked().length;
  all.checked = number > 0 && number === document.querySelectorAll("[name=item]").length;
  all.indeterminate = number > 0 && !all.checked;
  for (const said of document.querySelectorAll("[data-chosen]")) {
    const { none, one, many: more } = said.dataset;
    said.textContent = number > 1 ? more.replace("%", number) : number ? one : none;
  }
}

// A ready note becomes the moderator's own words, to be changed before they are sent.
function fill(choice) {
  const note = choice.form.querySelector("[data-note]");
  const words = choice.selectedOptions[0].textContent.trim();
  if (choice.value) note.value = [note.value.trim(), words].filter(Boolean).join("\n\n");
  choice.value = "";
  note.focus();
}
