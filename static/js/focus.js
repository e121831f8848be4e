// After an action that loads a page the focus is on its message, or on the item it was about. A
// browser sees to that itself unless the address names a place on the page: then it takes the focus
// to where that place stands, some time before the first frame after loading.

const placeNamed = () => {
  try {
    return document.getElementById(decodeURIComponent(location.hash.slice(1)));
  } catch {
    return null;
  }
};

export const focusWhatHappened = () => {
  if (document.readyState === "complete") requestAnimationFrame(focusNow);
  else addEventListener("load", () => requestAnimationFrame(focusNow));
};

const focusNow = () => {
  if (document.activeElement && document.activeElement !== document.body) return;
  const message = document.querySelector(".flashes");
  const place = message ?? placeNamed();
  if (!place) return;
  if (place.tabIndex < 0) place.tabIndex = -1;
  place.focus({ preventScroll: Boolean(message && placeNamed()) });
};
