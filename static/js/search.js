// The search box of the header: `/` leads to it, and it suggests as one types. It is the editable combobox with list
// autocomplete of the ARIA Authoring Practices; without this script, it is a plain form.
const PAUSE = 80; // milliseconds without a keystroke after which is asked
const LEAST = 2; // letters from which on is asked
const KINDS = { lesson: "Lesson", term: "Glossary", page: "Page", challenge: "Challenge", note: "Note" };

const isTyping = (element) => element.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(element.tagName);

const create = (name, ...content) => {
  const element = document.createElement(name);
  element.append(...content);
  return element;
};

// The title with the part in bold that was typed, where words of it begin so.
const emphasise = (title, typed) => {
  const words = typed.match(/[\p{L}\p{N}]+/gu);
  const found = words && title.match(new RegExp(`(?<![\\p{L}\\p{N}])${words.join("[^\\p{L}\\p{N}]+")}`, "iu"));
  if (!found) return [title];
  const end = found.index + found[0].length;
  return [title.slice(0, found.index), create("b", found[0]), title.slice(end)];
};

const makeOption = ({ title, url, kind, within }, place, typed) => {
  const label = create("small", within ? `in ${within}` : (KINDS[kind] ?? kind));
  const option = create("li", create("span", ...emphasise(title, typed)), " ", label);
  option.id = `suggestion-${place}`;
  option.setAttribute("role", "option");
  option.setAttribute("aria-selected", "false");
  option.dataset.url = url;
  return option;
};

const suggestInto = (box) => {
  const list = create("ul");
  const status = create("span");
  let request = new AbortController();
  let timer = 0;
  let active = -1;
  let shown = null; // the text that the list answers

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

  const choose = (place) => {
    const options = list.children;
    options[active]?.setAttribute("aria-selected", "false");
    active = place;
    if (place < 0) return box.removeAttribute("aria-activedescendant");
    options[place].setAttribute("aria-selected", "true");
    options[place].scrollIntoView({ block: "nearest" });
    box.setAttribute("aria-activedescendant", options[place].id);
  };

  // Forget the question that is under way, so that no late answer is ever shown.
  const cancel = () => {
    clearTimeout(timer);
    request.abort();
  };

  const close = () => {
    cancel();
    choose(-1);
    list.hidden = true;
    box.setAttribute("aria-expanded", "false");
  };

  const open = (from) => {
    const count = list.children.length;
    list.hidden = count === 0;
    box.setAttribute("aria-expanded", String(count > 0));
    if (count && from) choose(from > 0 ? 0 : count - 1);
  };

  const show = (text, suggestions) => {
    close();
    shown = text;
    list.replaceChildren(...suggestions.map((suggestion, place) => makeOption(suggestion, place, text)));
    const count = suggestions.length;
    status.textContent = text.length < LEAST ? "" : `${count || "No"} ${count === 1 ? "suggestion" : "suggestions"}`;
  };

  // Ask for what is in the box, and show the answer; `from` is where to begin in it: 1 at the top, -1 at the end.
  const ask = async (from = 0) => {
    const text = box.value.trim();
    cancel();
    if (text === shown) return open(from);
    if (text.length < LEAST) return show(text, []);
    request = new AbortController();
    const { signal } = request;
    try {
      const answer = await fetch(`${box.dataset.suggest}?q=${encodeURIComponent(text)}`, { signal });
      const { suggestions } = answer.ok ? await answer.json() : { suggestions: [] };
      if (signal.aborted) return;
      show(text, suggestions);
      open(from);
    } catch {
      if (!signal.aborted) close(); // the network is gone: the form still works
    }
  };

  const clear = () => {
    box.value = "";
    show("", []);
  };

  const move = (step) => {
    if (list.hidden || box.value.trim() !== shown) return ask(step);
    const count = list.children.length;
    choose(active < 0 && step < 0 ? count - 1 : (active + step + count) % count);
  };

  const follow = (option) => {
    close();
    location.assign(option.dataset.url);
  };

  const keys = {
    ArrowDown: (event) => (event.altKey ? ask() : move(1)),
    ArrowUp: (event) => (event.altKey ? close() : move(-1)),
    Escape: () => (list.hidden ? clear() : close()),
    Enter: () => follow(list.children[active]),
  };

  box.addEventListener("keydown", (event) => {
    if (event.isComposing || event.ctrlKey || event.metaKey) return;
    const isChosen = active >= 0;
    if (event.key in keys && (event.key !== "Enter" || isChosen)) {
      event.preventDefault();
      keys[event.key](event);
    } else if (event.key === "Tab") {
      close();
    } else if (["ArrowLeft", "ArrowRight", "Home", "End"].includes(event.key)) {
      choose(-1); // the caret moves by itself, and the focus is in the box again
    }
  });
  box.addEventListener("input", () => {
    cancel();
    choose(-1);
    timer = setTimeout(() => ask(), PAUSE);
  });
  box.addEventListener("blur", close);
  box.form.addEventListener("submit", close);
  list.addEventListener("mousedown", (event) => event.preventDefault()); // keeps the focus in the box until the click
  list.addEventListener("click", (event) => {
    const option = event.target.closest("li");
    if (option) follow(option);
  });
};

const headerBox = document.querySelector("[data-suggest]");

if (headerBox) {
  suggestInto(headerBox);
  addEventListener("keydown", (event) => {
    if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
    event.preventDefault();
    headerBox.focus();
    headerBox.select();
  });
}
