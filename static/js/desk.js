// The keys of the moderators' desk. Each presses the button that stands on the page anyway.
let current = null;
let sending = false;

// A key pressed again before the answer is there would decide the same thing twice.
document.addEventListener("submit", () => { sending = true; });
window.addEventListener("pageshow", () => { sending = false; });

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && typing(event.target)) return event.target.blur();
  if (sending || event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
  const done = event.key === "?" ? fold() : step(event.key) || press(event.key);
  if (done) event.preventDefault();
});

document.addEventListener("focusin", (event) => {
  current = event.target.closest("[data-review]") ?? current;
});

function typing(target) {
  return target.matches("input:not([type=checkbox]), textarea, select, [contenteditable]");
}

function fold() {
  const keys = document.getElementById("keys");
  if (!keys) return false;
  keys.open = !keys.open;
  if (keys.open) keys.querySelector("summary").focus();
  return true;
}

function step(key) {
  const all = [...document.querySelectorAll("[data-review]")];
  const by = { j: 1, n: 1, i: -1 }[key];
  if (!by || all.length < 2) return false;
  const at = all.indexOf(current);
  current = all[Math.min(Math.max(at + by, 0), all.length - 1)];
  current.querySelector("[data-open]").focus();
  current.scrollIntoView({ block: "start" });
  return true;
}

function press(key) {
  if (!/^[a-z]$/i.test(key)) return false;
  if (key === "z" || /[A-Z]/.test(key)) return click(document.querySelector(`[data-key="${key}"]`));
  const place = current ?? document.querySelector("[data-review]");
  if (key === "x") return click(place?.querySelector('[name="item"]'));
  return click(place?.querySelector(`[data-key="${key}"]`));
}

// A button whose form still needs something sends the moderator there instead.
function click(button) {
  if (!button) return false;
  if (button.tagName === "SUMMARY") {
    button.parentElement.open = true;
    button.parentElement.querySelector("select, input:not([type=hidden]), textarea")?.focus();
    return true;
  }
  if (button.form && !button.matches("input") && !button.form.reportValidity()) return true;
  button.click();
  return true;
}
