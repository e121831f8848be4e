// Says how many characters are left, once few are: as the server counts them.
import { afterPause } from "./pause.js";

const number = new Intl.NumberFormat(`${document.documentElement.lang}-CA`);

export function count(place) {
  const field = document.getElementById(place.dataset.count);
  const most = Number(place.dataset.most);
  const show = () => {
    const left = most - [...field.value.normalize("NFC").trimEnd()].length;
    place.hidden = left > most / 5;
    place.classList.toggle("field-count-over", left < 0);
    if (!place.hidden) place.textContent = `${place.dataset.words} ${number.format(left)}`;
  };
  field?.addEventListener("input", afterPause(300, show));
  if (field) show();
}
