// Forms: no second press of a button, a warning before a changed text is left, a live count of words.
const guarded = [...document.querySelectorAll("textarea[data-guard]")];
// A page that shows a preview or errors gives back a text which is kept nowhere yet.
const isGivenBack = document.querySelector("[data-preview], .error-summary") !== null;
let isLeaving = false;

addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method !== "post") return;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "yes";
  isLeaving = true;
  for (const button of form.querySelectorAll("button:not([type=button])")) button.setAttribute("aria-disabled", "true");
});

addEventListener("pageshow", () => {
  // the page may come back from the browser's memory after a submission
  isLeaving = false;
  for (const form of document.querySelectorAll("form[data-sent]")) {
    delete form.dataset.sent;
    for (const button of form.querySelectorAll("[aria-disabled]")) button.removeAttribute("aria-disabled");
  }
});

addEventListener("beforeunload", (event) => {
  const isChanged = guarded.some((area) => area.value !== area.defaultValue || (isGivenBack && area.value));
  if (isChanged && !isLeaving) event.preventDefault();
});

for (const area of document.querySelectorAll("textarea[data-count]")) {
  const counter = document.createElement("p");
  const show = () => {
    const words = area.value.match(/\S+/gu)?.length ?? 0;
    counter.textContent = `${words.toLocaleString("en-GB")} ${words === 1 ? "word" : "words"}`;
  };
  counter.className = "counter";
  area.after(counter);
  area.addEventListener("input", show);
  show();
}

// Errors of a refused form are read out first.
document.querySelector(".error-summary")?.focus();
