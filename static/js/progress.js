// Progress without leaving the page. Where anything goes wrong, the form is sent as it would be without a script.
const live = document.querySelector("[data-live]");

const say = (words) => {
  const note = document.createElement("p");
  note.className = "visually-hidden";
  note.textContent = words;
  live.replaceChildren(note);
};

const mark = (form, status) => {
  for (const button of form.querySelectorAll("button[name=status]")) {
    button.setAttribute("aria-pressed", String(button.value === status));
  }
};

const redraw = (slug, status) => {
  for (const place of document.querySelectorAll(`[data-status-of="${CSS.escape(slug)}"]`)) {
    place.classList.remove("not-started", "learning", "done", "skipped");
    place.classList.add(status);
    const use = place.querySelector("use");
    use?.setAttribute("href", use.getAttribute("href").replace(/#.*$/, `#${status}`));
    const words = place.querySelector("[data-status-words]");
    if (words) words.textContent = status.charAt(0).toUpperCase() + status.slice(1).replace("-", " ");
  }
};

const recount = (name, figures) => {
  for (const place of document.querySelectorAll(`[data-figures-of="${CSS.escape(name)}"]`)) {
    const wanted = figures.total - figures.skipped;
    const bar = place.querySelector("progress");
    bar.max = wanted || 1;
    bar.value = wanted ? figures.done : 1;
    place.querySelector("[data-percent]").textContent = figures.percent;
  }
};

addEventListener("submit", async (event) => {
  const form = event.target.closest("form[data-progress]");
  const button = event.submitter;
  if (!form || !button) return;
  event.preventDefault();
  const body = new FormData(form);
  body.set(button.name, button.value);
  try {
    const answer = await fetch(form.action, { method: "POST", body, headers: { Accept: "application/json" } });
    if (!answer.ok || answer.redirected) throw new Error(String(answer.status));
    const slug = form.dataset.progress;
    for (const other of document.querySelectorAll(`form[data-progress="${CSS.escape(slug)}"]`)) mark(other, button.value);
    redraw(slug, button.value);
    const { stage, whole } = await answer.json();
    recount(stage.slug, stage);
    recount("whole", whole);
    say(button.dataset.said ?? "Your progress is kept.");
  } catch {
    const status = document.createElement("input");
    status.type = "hidden";
    status.name = button.name;
    status.value = button.value;
    form.append(status);
    form.submit();
  }
});
