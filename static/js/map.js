// Lights the way to the topic under the pointer or the focus: all it builds on, and what it leads to next.
const map = document.querySelector("[data-map]");
const nodes = new Map([...map.querySelectorAll("[data-topic]")].map((node) => [node.dataset.topic, node]));
const edges = [...map.querySelectorAll("[data-to]")];
const lit = "is-lit";
const next = "is-next";

const group = (name) => Map.groupBy ? Map.groupBy(edges, (edge) => edge.dataset[name]) : edges.reduce(
  (groups, edge) => groups.set(edge.dataset[name], [...(groups.get(edge.dataset[name]) ?? []), edge]), new Map(),
);
const arriving = group("to");
const leaving = group("from");

const clear = () => {
  map.classList.remove("is-tracing");
  for (const element of map.querySelectorAll(`.${lit}, .${next}`)) element.classList.remove(lit, next);
};

const trace = (slug) => {
  clear();
  map.classList.add("is-tracing");
  const way = [slug];
  for (const place of way) {
    nodes.get(place).classList.add(lit);
    for (const edge of arriving.get(place) ?? []) {
      edge.classList.add(lit);
      edge.parentNode.append(edge); // above the lines that share a part of its way
      if (edge.dataset.from && !way.includes(edge.dataset.from)) way.push(edge.dataset.from);
    }
  }
  for (const edge of leaving.get(slug) ?? []) {
    edge.classList.add(next);
    nodes.get(edge.dataset.to).classList.add(next);
  }
};

const follow = (event) => {
  const node = event.target.closest("[data-topic]");
  if (node) trace(node.dataset.topic);
  else clear();
};

map.addEventListener("pointerover", (event) => event.pointerType === "mouse" && follow(event));
map.addEventListener("pointerleave", clear);
map.addEventListener("focusin", follow);
map.addEventListener("focusout", clear);
