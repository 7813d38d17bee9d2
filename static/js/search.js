// The search box of the header: `/` leads to it, and it suggests as one types (ARIA combobox with a list box).
const box = document.querySelector("[data-suggest]");

const isTyping = (element) => element.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(element.tagName);

if (box) {
  const list = document.createElement("ul");
  const status = document.createElement("span");
  let request = new AbortController();
  let active = -1;

  list.id = "suggestions";
  list.className = "suggestions";
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", "Suggestions");
  list.hidden = true;
  status.className = "visually-hidden";
  status.setAttribute("role", "status");
  box.setAttribute("role", "combobox");
  box.setAttribute("aria-autocomplete", "list");
  box.setAttribute("aria-controls", list.id);
  box.setAttribute("aria-expanded", "false");
  box.form.append(list, status);

  const close = () => {
    list.hidden = true;
    active = -1;
    box.setAttribute("aria-expanded", "false");
    box.removeAttribute("aria-activedescendant");
  };

  const choose = (place) => {
    const options = list.children;
    options[active]?.setAttribute("aria-selected", "false");
    active = (place + options.length) % options.length;
    options[active].setAttribute("aria-selected", "true");
    box.setAttribute("aria-activedescendant", options[active].id);
  };

  const option = ({ title, url, kind }, place) => {
    const item = document.createElement("li");
    const label = document.createElement("span");
    const small = document.createElement("small");
    item.id = `suggestion-${place}`;
    item.setAttribute("role", "option");
    item.setAttribute("aria-selected", "false");
    item.dataset.url = url;
    label.textContent = title;
    small.textContent = kind;
    item.append(label, small);
    return item;
  };

  const show = (suggestions) => {
    close();
    list.replaceChildren(...suggestions.map(option));
    const count = suggestions.length;
    status.textContent = count ? `${count} ${count === 1 ? "suggestion" : "suggestions"}` : "";
    list.hidden = count === 0;
    box.setAttribute("aria-expanded", String(count > 0));
  };

  const suggest = async () => {
    request.abort();
    const text = box.value.trim();
    if (text.length < 2) return show([]);
    request = new AbortController();
    try {
      const answer = await fetch(`${box.dataset.suggest}?q=${encodeURIComponent(text)}`, { signal: request.signal });
      if (answer.ok) show((await answer.json()).suggestions);
    } catch {
      // a newer keystroke took over, or the network is gone: the form still works
    }
  };

  box.addEventListener("input", suggest);
  box.addEventListener("blur", close);
  list.addEventListener("mousedown", (event) => event.preventDefault()); // keeps the focus in the box until the click
  list.addEventListener("click", (event) => {
    const item = event.target.closest("li");
    if (item) location.assign(item.dataset.url);
  });
  box.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !list.hidden) {
      event.preventDefault();
      close();
    }
    if (list.hidden) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      choose(event.key === "ArrowDown" ? active + 1 : active < 0 ? -1 : active - 1);
    } else if (event.key === "Enter" && active >= 0) {
      event.preventDefault();
      location.assign(list.children[active].dataset.url);
    }
  });
  addEventListener("keydown", (event) => {
    if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
    event.preventDefault();
    box.focus();
    box.select();
  });
}
