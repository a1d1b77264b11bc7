// data-checkall: a form with rows to tick; data-checkall-all ticks or clears all of them.
import { behave } from "./page.js";

behave("[data-checkall]", (form) => {
  const all = form.querySelector("[data-checkall-all]");
  const rows = () => [...form.querySelectorAll("input[type=checkbox][name]")];
  all.addEventListener("change", () => {
    for (const row of rows()) row.checked = all.checked;
  });
  form.addEventListener("change", (event) => {
    if (event.target === all) return;
    const ticked = rows().filter((row) => row.checked).length;
    all.checked = ticked > 0 && ticked === rows().length;
    all.indeterminate = ticked > 0 && ticked < rows().length;
  });
});
