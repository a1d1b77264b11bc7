// data-kinds='{"name": ["kind", …]}' on a select: inputs that the chosen kind does not use are out of sight.
import { behave } from "./page.js";

behave("[data-kinds]", (select) => {
  const used = JSON.parse(select.dataset.kinds);
  const show = () => {
    for (const [name, kinds] of Object.entries(used)) {
      const field = document.getElementById(`div_id_${name}`);
      if (field) field.hidden = !kinds.includes(select.value);
    }
  };
  select.addEventListener("change", show);
  show();
});
