// Runs before the first paint: puts the reader's choice of light or dark on the root element, and tells the style
// sheets that scripts run. The buttons of the choice come with the footer.
(() => {
  const root = document.documentElement;
  const key = "theme";

  const read = () => {
    try {
      return localStorage.getItem(key);
    } catch {
      return null; // storage may be forbidden; the system's choice will do
    }
  };

  const apply = (choice) => {
    if (choice === "light" || choice === "dark") root.dataset.theme = choice;
    else delete root.dataset.theme;
  };

  const show = (group) => {
    const choice = root.dataset.theme ?? "system";
    for (const button of group.querySelectorAll("button")) {
      button.setAttribute("aria-pressed", String(button.value === choice));
    }
  };

  root.dataset.scripts = "";
  apply(read());

  addEventListener("DOMContentLoaded", () => {
    const group = document.querySelector("[data-theme-choice]");
    if (!group) return;
    group.hidden = false;
    show(group);
    group.addEventListener("click", (event) => {
      const button = event.target.closest("button");
      if (!button) return;
      apply(button.value);
      show(group);
      try {
        localStorage.setItem(key, button.value);
      } catch {
        // the choice then lasts as long as the page
      }
    });
    addEventListener("storage", (event) => {
      if (event.key !== key) return;
      apply(event.newValue);
      show(group);
    });
  });
})();
