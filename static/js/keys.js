// Keyboard and small clicks: "/" to the search, j and k through the rows of a list, x ticks one, rows that open, menus that close, print, copy.
import { toast } from "./page.js";

const typing = (element) => element?.closest?.("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]");

document.addEventListener("keydown", (event) => {
  if (event.key === "/" && !typing(event.target) && !event.ctrlKey && !event.metaKey && !event.altKey) {
    const field = document.querySelector("[data-slash]");
    if (field) {
      event.preventDefault();
      field.focus();
    }
  }
  if (!typing(event.target) && !event.ctrlKey && !event.metaKey && !event.altKey) walk(event);
  if (event.key === "Escape") {
    document.querySelectorAll("details[data-menu][open]").forEach((menu) => {
      menu.open = false;
      menu.querySelector("summary").focus();
    });
    if (location.hash === "#menu") location.hash = "main";
  }
});

/** j, k: the link of the next or previous row of the list (Enter opens it); x: tick the row that has the focus. */
function walk(event) {
  const step = { j: 1, k: -1 }[event.key];
  if (!step && event.key !== "x") return;
  const rows = [...document.querySelectorAll("#results tbody tr")].filter((row) => row.querySelector("a"));
  const here = rows.findIndex((row) => row.contains(document.activeElement));
  if (event.key === "x") {
    rows[here]?.querySelector("input[type=checkbox]")?.click();
    return;
  }
  const next = rows[here < 0 ? (step > 0 ? 0 : rows.length - 1) : here + step];
  if (!next) return;
  event.preventDefault();
  next.querySelector("th a, a").focus();
  next.scrollIntoView({ block: "nearest" });
}

document.addEventListener("click", (event) => {
  document.querySelectorAll("details[data-menu][open]").forEach((menu) => {
    if (!menu.contains(event.target)) menu.open = false;
  });
  const row = event.target.closest("tr[data-href]");
  if (row && !event.target.closest("a, button, input, label, summary") && !String(getSelection())) {
    location.assign(row.dataset.href);
  }
  if (event.target.closest("[data-print]")) print();
  copy(event.target.closest("[data-copy]"));
});

async function copy(button) {
  if (!button) return;
  const text = button.dataset.copy || document.getElementById(button.dataset.copyFrom)?.textContent.trim();
  try {
    await navigator.clipboard.writeText(text);
    toast("已复制。");
  } catch {
    // Without HTTPS the clipboard is closed to pages: select the text so that Ctrl-C takes it.
    const source = document.getElementById(button.dataset.copyFrom);
    if (source) getSelection().selectAllChildren(source);
    toast("已选中，请按 Ctrl+C 复制。");
  }
}
