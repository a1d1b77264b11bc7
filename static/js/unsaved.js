// data-unsaved: ask before a half-filled form is left. data-leave marks the link that leaves on purpose.

const changed = new Set();

const mark = (event) => {
  const form = event.target.closest?.("form[data-unsaved]");
  if (form) changed.add(form);
};

document.addEventListener("input", mark);
document.addEventListener("change", mark);
document.addEventListener("submit", (event) => changed.delete(event.target));
document.addEventListener("click", (event) => {
  if (event.target.closest("[data-leave]")) changed.clear();
});

addEventListener("beforeunload", (event) => {
  const open = [...changed].some((form) => form.isConnected);
  if (open) event.preventDefault();
});
