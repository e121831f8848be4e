// Judging one by one without waiting: the next proposal is fetched while this one is read, stands there
// in the frame of the click, and the vote is sent behind it. What is refused comes back with the reason.
import { send } from "./vote.js";

const judge = document.querySelector("[data-judge]");
const act = document.getElementById("act");
const here = new URL(judge.dataset.here, location.href);
const sent = new Set();
let ahead;
let latest = 0;

if ("keys" in judge.dataset) {
  judge.dataset.listens = "";
  judge.addEventListener("keydown", pressed);
}
judge.addEventListener("click", skipped);
document.addEventListener("submit", judged);
if (part("proposal")) ahead = fetchAhead();

// 1, 2, 3 and space press what stands in the proposal, while it or something in it has the focus.
function pressed(event) {
  const { key, target } = event;
  if (event.repeat || event.ctrlKey || event.metaKey || event.altKey) return;
  if (key === " " && target.closest("a, button, summary")) return;
  const proposal = target.closest("[data-judge-part=proposal]");
  const button = proposal?.querySelector(`[data-key="${CSS.escape(key)}"]`);
  if (!button) return;
  event.preventDefault();
  button.click();
}

function judged(event) {
  const { submitter: button, target: form } = event;
  const proposal = button?.closest("[data-judge-part=proposal]");
  // A stranger is asked to sign in by the page that answers, which keeps the vote.
  if (form !== act || !proposal || !form.elements.csrf_token) return;
  event.preventDefault();
  goOn(proposal, () => vote(proposal, button));
}

function skipped(event) {
  const link = event.target.closest("[data-skip]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  const proposal = link.closest("[data-judge-part=proposal]");
  goOn(proposal, () => here.searchParams.set("skipped", withSkipped(proposal.dataset.number)));
}

function withSkipped(number) {
  const before = (here.searchParams.get("skipped") ?? "").split(".");
  return [...before.filter((each) => each && each !== number), number].join(".");
}

// Do what was decided, and show the next; a second click meanwhile does nothing.
async function goOn(proposal, decide) {
  if (proposal.ariaBusy === "true") return;
  proposal.ariaBusy = "true";
  const done = decide();
  const next = await ahead;
  proposal.ariaBusy = "false";
  if (!next) {
    // The last one, or no connection: the page that follows says what there is to say.
    if ((await done) !== false) location.assign(here);
    return;
  }
  show(next);
  ahead = fetchAhead();
}

function show(proposal) {
  const skip = proposal.querySelector("[data-skip]");
  const beyond = new URL(here);
  beyond.searchParams.set("skipped", withSkipped(proposal.dataset.number));
  skip.href = beyond;
  part("proposal").replaceWith(proposal);
  history.replaceState(null, "", here);
  act.elements.next.value = here.pathname + here.search;
  scrollTo({ top: 0, behavior: "instant" });
  proposal.focus({ preventScroll: true });
}

// The proposal after the one shown; nothing where there is none, or no way to know.
async function fetchAhead() {
  const beyond = new URL(here);
  beyond.searchParams.set("but", [...sent, part("proposal").dataset.number].join("."));
  const page = await read(beyond).catch(() => null);
  return page && part("proposal", page);
}

async function read(address) {
  const answer = await fetch(address);
  if (!answer.ok) throw new Error(answer.statusText);
  return new DOMParser().parseFromString(await answer.text(), "text/html");
}

async function vote(proposal, { formAction: address, value }) {
  const turn = ++latest;
  const { number } = proposal.dataset;
  sent.add(number);
  try {
    await send({ address, form: act }, value);
  } catch (error) {
    comeBack(proposal, error.why ?? act.dataset.away, error.way);
    return false;
  } finally {
    sent.delete(number);
  }
  const page = await read(here).catch(() => null);
  if (page && turn === latest) {
    for (const name of ["progress", "side"]) part(name)?.replaceWith(part(name, page));
    say(saidBy(part("progress")));
  }
  return true;
}

// How much is judged and, where votes are set aside, that these do not count.
function saidBy(progress) {
  return [...progress.querySelectorAll("h1, .judge-note")].map((each) => each.textContent).join(". ");
}

function comeBack(proposal, why, way) {
  const shown = part("proposal");
  if (shown !== proposal) {
    ahead = Promise.resolve(shown);
    show(proposal);
  }
  proposal.ariaBusy = "false";
  proposal.querySelector(".judge-warning")?.remove();
  const line = document.createElement("p");
  line.className = "judge-warning";
  if (way) line.append(Object.assign(document.createElement("a"), { href: way, textContent: why }));
  else line.textContent = why;
  proposal.querySelector(".judge-buttons").prepend(line);
  say(why);
}

function part(name, page = judge) {
  return page.querySelector(`[data-judge-part=${name}]`);
}

function say(words) {
  const said = document.getElementById("said");
  said.textContent = "";
  requestAnimationFrame(() => { said.textContent = words; });
}
