// data-hides="name name": while this box is ticked, the fields of those names are out of sight.
import { behave } from "./page.js";

behave("[data-hides]", (box) => {
  const show = () => {
    for (const name of box.dataset.hides.split(" ")) {
      const field = document.getElementById(`div_id_${name}`);
      if (field) field.hidden = box.checked;
    }
  };
  box.addEventListener("change", show);
  show();
});
