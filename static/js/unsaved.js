// data-unsaved: ask before a half-filled form is left. data-leave marks the link that leaves on purpose; data-kept stands
// on a form whose contents are kept on this phone as they are.

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
  const open = [...changed].some((form) => form.isConnected && !form.dataset.kept);
  if (open) event.preventDefault();
});
