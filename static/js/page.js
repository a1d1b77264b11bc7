// Small helpers shared by the behaviours: CSRF header, copies of inert templates, toasts.

export const csrfHeaders = () => JSON.parse(document.body.getAttribute("hx-headers") || "{}");

/** A copy of the first element in <template data-template="name">, or null. */
export function copyOf(name) {
  const template = document.querySelector(`template[data-template="${name}"]`);
  return template ? template.content.firstElementChild.cloneNode(true) : null;
}

/** Run `start(element)` once for every element that matches, now and after each htmx swap. */
export function behave(selector, start) {
  const seen = new WeakSet();
  const look = (root) => {
    const found = [...root.querySelectorAll(selector)];
    if (root.matches?.(selector)) found.push(root);
    for (const element of found) {
      if (seen.has(element)) continue;
      seen.add(element);
      start(element);
    }
  };
  look(document);
  document.addEventListener("htmx:load", (event) => look(event.target));
}

/** Show one sentence for six seconds; with `url` it is a link. */
export function toast(text, url) {
  const box = document.querySelector("[data-toasts]");
  const one = copyOf("toast");
  if (!box || !one || !text) return;
  const said = one.querySelector("span");
  said.textContent = text;
  if (url) said.replaceChildren(Object.assign(document.createElement("a"), { href: url, textContent: text }));
  box.append(one);
  fade(one);
}

export function fade(one) {
  setTimeout(() => one.remove(), 6000);
}
