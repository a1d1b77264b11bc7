// data-order: the questions of a questionnaire in a new order, by the grip of a line (mouse, pen or finger) or by Alt and an arrow on
// the line itself or the heading of a part. Without script the buttons of each line and part do the same.
import { behave } from "./page.js";

const EDGE = 72; // so near to the edge of the window the page moves along
const STEP = 12;

behave("form[data-order]", (form) => {
  const lists = [...document.querySelectorAll("[data-part]")];
  let moving = null;
  let target = null; // { list, before }: where it would lie
  let at = null; // where the pointer is, for the page that moves below it
  let frame = 0;

  const clean = () => document.querySelectorAll(".is-target, .is-target-end").forEach((one) => one.classList.remove("is-target", "is-target-end"));

  const save = () => {
    const order = lists.map((list) => [...list.children].map((item) => item.dataset.code));
    form.elements.order.value = JSON.stringify(order);
    form.requestSubmit();
  };

  const look = () => {
    clean();
    const under = document.elementFromPoint(at.x, at.y);
    const list = under?.closest("[data-part]") || under?.closest(".sv-part")?.querySelector("[data-part]");
    if (!list) { target = null; return; }
    const item = under.closest("[data-code]");
    if (!item) { target = { list, before: null }; list.classList.add("is-target"); return; }
    const box = item.getBoundingClientRect();
    const after = at.y > box.top + box.height / 2;
    target = { list, before: after ? item.nextElementSibling : item };
    item.classList.add(after ? "is-target-end" : "is-target");
  };

  const along = () => {
    if (!moving) return;
    const by = at.y < EDGE ? -STEP : at.y > window.innerHeight - EDGE ? STEP : 0;
    if (by) { window.scrollBy(0, by); look(); }
    frame = requestAnimationFrame(along);
  };

  const end = (put) => {
    if (!moving) return;
    const item = moving;
    cancelAnimationFrame(frame);
    moving = null;
    item.classList.remove("is-moving");
    clean();
    if (!put || !target || target.before === item || (target.list === item.parentElement && target.before === item.nextElementSibling)) return;
    target.list.insertBefore(item, target.before);
    save();
  };

  for (const list of lists) {
    list.addEventListener("pointerdown", (event) => {
      const grip = event.target.closest(".sv-grip");
      if (!grip || event.button !== 0 || moving) return;
      event.preventDefault();
      moving = grip.closest("[data-code]");
      target = null;
      at = { x: event.clientX, y: event.clientY };
      moving.classList.add("is-moving");
      grip.setPointerCapture(event.pointerId);
      frame = requestAnimationFrame(along);
    });
    list.addEventListener("pointermove", (event) => {
      if (!moving) return;
      at = { x: event.clientX, y: event.clientY };
      look();
    });
    list.addEventListener("pointerup", () => end(true));
    list.addEventListener("pointercancel", () => end(false));
  }

  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") { end(false); return; }
    if (!event.altKey || !["ArrowUp", "ArrowDown"].includes(event.key)) return;
    const place = event.target.closest("[data-code], [data-part-head]");
    const button = place?.querySelector(`[data-move="${event.key === "ArrowUp" ? "up" : "down"}"] button`);
    if (!button) return;
    event.preventDefault();
    button.click();
  });
});
