// data-order: the questions of a questionnaire in a new order, by dragging or by Alt and an arrow on the line itself. Without
// script the buttons of each line do the same.
import { behave } from "./page.js";

behave("form[data-order]", (form) => {
  const lists = [...document.querySelectorAll("[data-part]")];
  let moving = null;

  const clean = () => document.querySelectorAll(".is-target").forEach((one) => one.classList.remove("is-target"));

  const save = () => {
    const order = lists.map((list) => [...list.children].map((item) => item.dataset.code));
    form.elements.order.value = JSON.stringify(order);
    form.requestSubmit();
  };

  for (const list of lists) {
    list.addEventListener("dragstart", (event) => {
      moving = event.target.closest("[data-code]");
      if (!moving) return;
      moving.classList.add("is-moving");
      event.dataTransfer.effectAllowed = "move";
      event.dataTransfer.setData("text/plain", moving.dataset.code);
    });
    list.addEventListener("dragover", (event) => {
      if (!moving) return;
      event.preventDefault();
      clean();
      (event.target.closest("[data-code]") || list).classList.add("is-target");
    });
    list.addEventListener("drop", (event) => {
      if (!moving) return;
      event.preventDefault();
      const before = event.target.closest("[data-code]");
      if (before === moving) return;
      list.insertBefore(moving, before);
      save();
    });
    list.addEventListener("dragend", () => {
      clean();
      moving?.classList.remove("is-moving");
      moving = null;
    });
    list.addEventListener("keydown", (event) => {
      if (!event.altKey || !["ArrowUp", "ArrowDown"].includes(event.key)) return;
      const item = event.target.closest("[data-code]");
      const button = item?.querySelector(`[data-move="${event.key === "ArrowUp" ? "up" : "down"}"] button`);
      if (!button) return;
      event.preventDefault();
      button.click();
    });
  }
});
