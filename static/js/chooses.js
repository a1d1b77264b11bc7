// data-chooses="name name" on the radios of one choice: of the fields whose names begin with one of these and "_", those of the chosen
// value are in sight. Without a choice none is.
import { behave } from "./page.js";

behave("[data-chooses]", (radio) => {
  const show = () => {
    const chosen = radio.form.querySelector(`[name="${radio.name}"]:checked`)?.value ?? "";
    for (const key of radio.dataset.chooses.split(" ")) {
      for (const field of radio.form.querySelectorAll(`[id^="div_id_${key}_"]`)) field.hidden = key !== chosen;
    }
  };
  radio.addEventListener("change", show);
  show();
});
