// The numbers, the bar, the explanation and the buttons of one proposal, after a vote.
const language = document.documentElement.lang;
const whole = new Intl.NumberFormat(language);
const percent = new Intl.NumberFormat(language, { style: "percent" });

export function show(reply, vote) {
  const sides = vote.support + vote.oppose;
  write(reply, numbers(vote, sides));
  draw(reply, vote, sides);
  const state = !sides ? "none" : vote.support ? "some" : "against";
  for (const part of reply.querySelectorAll("[data-case]")) {
    part.hidden = !part.dataset.case.split(" ").includes(state);
  }
  press(reply, vote.value);
  const said = document.getElementById("said");
  said.textContent = "";
  requestAnimationFrame(() => { said.textContent = vote.said; });
}

function numbers(vote, sides) {
  return {
    support: whole.format(vote.support),
    oppose: whole.format(vote.oppose),
    neutral: whole.format(vote.neutral),
    share: percent.format(sides ? vote.support / sides : 0),
    low: percent.format(vote.low),
    high: percent.format(vote.high),
  };
}

function write(reply, texts) {
  for (const [name, text] of Object.entries(texts)) {
    for (const place of reply.querySelectorAll(`[data-vote="${name}"]`)) place.textContent = text;
  }
}

function draw(reply, vote, sides) {
  const [low, high] = [100 * vote.low, 100 * vote.high];
  const part = (name) => reply.querySelector(`[data-vote="${name}"]`);
  part("sides").setAttribute("width", sides ? 100 : 0);
  part("bar").setAttribute("width", sides ? (100 * vote.support) / sides : 0);
  part("whisker").setAttribute("visibility", sides ? "visible" : "hidden");
  part("whisker").setAttribute("d", `M${low} 11V17V14H${high}V11V17`);
}

function press(reply, value) {
  for (const button of reply.querySelectorAll("button[data-value]")) {
    const pressed = button.dataset.value === value;
    button.setAttribute("aria-pressed", pressed);
    button.value = pressed ? "none" : button.dataset.value;
  }
  reply.querySelector(".vote-changed")?.remove();
}
