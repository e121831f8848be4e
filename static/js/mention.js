// Offers names while one is typed after an "@"; arrows move, Enter or Tab takes one, Escape closes.
import { afterPause } from "./pause.js";

const BEGUN = /(?:^|[^\w@.])@([\p{L}\p{N}][\p{L}\p{N} .’'-]{0,40})?$/u;

export function offerNames(place) {
  const field = place.closest("form").elements.body;
  const list = document.createElement("div");
  Object.assign(list, { id: "mention-options", className: "mention-options", hidden: true });
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", place.dataset.label);
  field.after(list);
  field.setAttribute("aria-autocomplete", "list");
  field.setAttribute("aria-controls", list.id);
  let asked;

  const begun = () => BEGUN.exec(field.value.slice(0, field.selectionStart));
  const options = () => [...list.children];
  const chosen = () => options().find((each) => each.ariaSelected === "true");

  function close() {
    list.hidden = true;
    asked = undefined;
    field.removeAttribute("aria-activedescendant");
  }

  function choose(option) {
    for (const each of options()) each.ariaSelected = String(each === option);
    field.setAttribute("aria-activedescendant", option.id);
  }

  function take(name) {
    const end = field.selectionStart;
    const start = end - (begun()?.[1] ?? "").length;
    field.setRangeText(`${name} `, start, end, "end");
    field.dispatchEvent(new Event("input", { bubbles: true }));
    close();
    field.focus();
  }

  function show(names) {
    list.replaceChildren(
      ...names.map((name, n) => {
        const option = document.createElement("div");
        Object.assign(option, { id: `mention-${n}`, textContent: name, ariaSelected: "false" });
        option.setAttribute("role", "option");
        option.addEventListener("pointerdown", (event) => {
          event.preventDefault();
          take(name);
        });
        return option;
      }),
    );
    if (list.hidden && names.length) document.querySelector("#said").textContent = place.dataset.said;
    list.hidden = !names.length;
    if (names.length) choose(list.firstChild);
    else close();
  }

  async function ask() {
    const name = begun()?.[1]?.trim() ?? (begun() ? "" : undefined);
    if (name === undefined) return close();
    if (name === asked) return;
    asked = name;
    try {
      const address = `${place.dataset.mentions}?${new URLSearchParams({ name })}`;
      const answer = await fetch(address, { redirect: "error" });
      const { people } = answer.ok ? await answer.json() : { people: [] };
      if (name === asked) show(people);
    } catch {
      close();
    }
  }

  field.addEventListener("input", afterPause(150, ask));
  field.addEventListener("blur", close);
  field.addEventListener("keydown", (event) => {
    if (list.hidden || event.isComposing) return;
    const all = options();
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) choose(all[(all.indexOf(chosen()) + step + all.length) % all.length]);
    else if (event.key === "Enter" || event.key === "Tab") take(chosen().textContent);
    else if (event.key === "Escape") close();
    else return;
    event.preventDefault();
  });
}
