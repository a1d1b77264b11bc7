// data-once: a form is sent once; its buttons wake again when the page is shown from the back-forward cache.

const SENDING = "is-sending";

const wake = (form) => {
  form.classList.remove(SENDING);
  form.querySelectorAll("[data-asleep]").forEach((button) => {
    button.removeAttribute("aria-disabled");
    button.removeAttribute("data-asleep");
  });
};

document.addEventListener("submit", (event) => {
  const form = event.target.closest("form[data-once]");
  if (!form || event.defaultPrevented) return;
  if (form.classList.contains(SENDING)) {
    event.preventDefault();
    return;
  }
  form.classList.add(SENDING);
  // aria-disabled, not disabled: a disabled button would not send its own name and value.
  form.querySelectorAll('button:not([type="button"])').forEach((button) => {
    button.setAttribute("aria-disabled", "true");
    button.setAttribute("data-asleep", "");
  });
  setTimeout(() => wake(form), 20000);
});

addEventListener("pageshow", (event) => {
  if (event.persisted) document.querySelectorAll(`form.${SENDING}`).forEach(wake);
});

// It could not be sent and stays where it is.
document.addEventListener("form:wake", (event) => wake(event.target));

document.addEventListener("htmx:afterRequest", (event) => {
  const form = event.target.closest?.("form[data-once]");
  if (form) wake(form);
});
