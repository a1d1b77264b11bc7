// data-quit: leave a page at once. What is on it goes from sight first, and the way back does not lead here.
import { behave } from "./page.js";

behave("[data-quit]", (link) => {
  link.addEventListener("click", (event) => {
    event.preventDefault();
    document.body.hidden = true;
    document.title = "　";
    window.location.replace(link.href);
  });
});
