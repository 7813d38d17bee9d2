// A copy button on every block of code.
const sprite = document.querySelector("meta[name=sprite]")?.content ?? "";
const namespace = "http://www.w3.org/2000/svg";

const icon = (name) => {
  const svg = document.createElementNS(namespace, "svg");
  const use = document.createElementNS(namespace, "use");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  use.setAttribute("href", `${sprite}#${name}`);
  svg.append(use);
  return svg;
};

if (navigator.clipboard) {
  for (const block of document.querySelectorAll("div.code:not([data-language=output])")) {
    const button = document.createElement("button");
    const label = document.createElement("span");
    button.type = "button";
    button.className = "copy";
    label.textContent = "Copy";
    label.setAttribute("aria-live", "polite");
    button.append(icon("copy"), label);
    button.addEventListener("click", async () => {
      try {
        await navigator.clipboard.writeText(block.querySelector("pre").textContent);
        label.textContent = "Copied";
      } catch {
        label.textContent = "Not allowed";
      }
      setTimeout(() => {
        label.textContent = "Copy";
      }, 2000);
    });
    block.append(button);
  }
}
