// Returns a function that acts once no more calls have come for a while, in milliseconds.
export function afterPause(wait, act) {
  let timer;
  return () => {
    clearTimeout(timer);
    timer = setTimeout(act, wait);
  };
}
