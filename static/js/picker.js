// data-picker: a text input that searches an address and keeps the chosen id in a hidden input beside it.
// The address answers {"results": [{"id": 1, "text": "王桂兰户", "note": "第二网格"}]} to a posted q: what is typed may be an
// identity number and must not stand in an address.
import { behave, csrfHeaders } from "./page.js";

const WAIT = 250;

behave("[data-picker]", (picker) => {
  const text = picker.querySelector("[data-picker-text]");
  const value = picker.querySelector("[data-picker-value]");
  const list = picker.querySelector("[data-picker-list]");
  let at = -1;
  let timer = 0;
  let asked = 0;
  let pending = null;

  const options = () => [...list.querySelectorAll("[role=option]:not([aria-disabled])")];
  const close = () => {
    // Closed is closed: an answer that is still on its way must not open the list again.
    clearTimeout(timer);
    asked += 1;
    pending = null;
    list.hidden = true;
    list.replaceChildren();
    at = -1;
    text.setAttribute("aria-expanded", "false");
    text.removeAttribute("aria-activedescendant");
  };
  const mark = (index) => {
    const all = options();
    at = all.length ? (index + all.length) % all.length : -1;
    all.forEach((option, i) => option.setAttribute("aria-selected", String(i === at)));
    if (at < 0) return;
    text.setAttribute("aria-activedescendant", all[at].id);
    all[at].scrollIntoView({ block: "nearest" });
  };
  const take = (option) => {
    value.value = option.dataset.id;
    text.value = option.dataset.text;
    close();
    value.dispatchEvent(new Event("change", { bubbles: true }));
  };
  const line = (result, i) => {
    const item = document.createElement("li");
    item.id = `${list.id}-${i}`;
    item.setAttribute("role", "option");
    item.append(result.text);
    if (result.note) item.append(Object.assign(document.createElement("small"), { textContent: result.note }));
    if (result.id === undefined) item.setAttribute("aria-disabled", "true");
    else Object.assign(item.dataset, { id: result.id, text: result.text });
    return item;
  };
  const show = (results) => {
    list.replaceChildren(...(results.length ? results : [{ text: "没有找到" }]).map(line));
    list.hidden = false;
    text.setAttribute("aria-expanded", "true");
    mark(0);
    list.scrollIntoView({ block: "nearest" });
  };
  const search = async () => {
    const turn = ++asked;
    pending = text.value;
    const answer = await fetch(picker.dataset.url, {
      method: "POST",
      headers: { ...csrfHeaders(), Accept: "application/json" },
      body: new URLSearchParams({ q: text.value.trim() }),
    }).catch(() => null);
    if (turn !== asked) return;
    pending = null;
    if (document.activeElement === text) show(answer?.ok ? (await answer.json()).results : [{ text: "连不上，请再试一次" }]);
  };

  text.addEventListener("input", () => {
    value.value = "";
    clearTimeout(timer);
    if (text.value.trim()) timer = setTimeout(search, WAIT);
    else close();
  });
  text.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      // A held key must not ask again and again for the words that are being looked up: no answer would ever be shown.
      if (!list.hidden) mark(at + (event.key === "ArrowDown" ? 1 : -1));
      else if (pending !== text.value) search();
    } else if (event.key === "Enter" && !list.hidden && at >= 0) {
      event.preventDefault();
      take(options()[at]);
    } else if (event.key === "Escape") close();
  });
  list.addEventListener("mousedown", (event) => {
    event.preventDefault();
    const option = event.target.closest("[role=option]:not([aria-disabled])");
    if (option) take(option);
  });
  text.addEventListener("blur", close);
});
