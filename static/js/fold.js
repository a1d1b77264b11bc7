// data-fold: filters of a list. On a phone only the first stays in sight, the others behind 筛选; filters in use stay open.
import { behave } from "./page.js";

behave("[data-fold]", (form) => {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "btn btn-quiet wf-fold";
  button.textContent = "筛选";
  const show = (folded) => {
    form.classList.toggle("is-folded", folded);
    button.setAttribute("aria-expanded", String(!folded));
  };
  button.addEventListener("click", () => show(!form.classList.contains("is-folded")));
  form.querySelector(".wf-filters-buttons").append(button);
  show(form.dataset.fold !== "open");
});
