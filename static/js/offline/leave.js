// Sign-out and lock: nothing readable stays.
import { behave } from "../page.js";
import { wipe } from "./drafts.js";

behave("form[data-logout]", (form) => {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const go = () => form.submit();
    Promise.race([wipe(true), new Promise((done) => setTimeout(done, 4000))]).then(go, go);
  });
});

document.addEventListener("fedhub:lock", () =>
  wipe(false).then(() => document.dispatchEvent(new Event("offline:changed"))),
);
