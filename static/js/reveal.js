// data-reveal: open a masked value with a reason, show it in place, count down, mask it again.
import { copyOf, csrfHeaders, toast } from "./page.js";

let menu = null;
let anchor = null;

const close = () => {
  menu?.remove();
  menu = anchor = null;
};

function ask(button) {
  close();
  menu = copyOf("reasons");
  if (!menu) return;
  menu.addEventListener("click", (event) => {
    const reason = event.target.closest("[data-reason]")?.dataset.reason;
    if (!reason) return;
    close();
    open(button, reason);
  });
  button.closest("[data-mask]").after(menu);
  // A table scrolls inside its frame and would cut the menu off; fixed to the window it stays whole.
  const { left, bottom } = button.getBoundingClientRect();
  anchor = { button, top: bottom };
  menu.style.left = `${Math.max(8, Math.min(left, innerWidth - menu.offsetWidth - 8))}px`;
  menu.style.top = `${Math.min(bottom + 4, innerHeight - menu.offsetHeight - 8)}px`;
  menu.querySelector("button").focus();
}

async function open(button, reason) {
  const mask = button.closest("[data-mask]");
  const { url, record, pk, field } = button.dataset;
  button.setAttribute("aria-disabled", "true");
  let answer;
  try {
    answer = await fetch(url, {
      method: "POST",
      headers: { ...csrfHeaders(), "HX-Request": "true" },
      body: new URLSearchParams({ label: record, pk, field, reason }),
    });
  } catch {
    toast("连不上，请看看网络。");
    return;
  } finally {
    button.removeAttribute("aria-disabled");
  }
  if (answer.status === 401) location.reload();
  else if ([400, 403, 429].includes(answer.status)) toast(await answer.text());
  else if (!answer.ok) toast("这一项现在看不了。");
  else show(mask, await answer.text());
}

function show(mask, html) {
  const box = document.createElement("template");
  box.innerHTML = html;
  const opened = box.content.querySelector("[data-revealed]");
  let left = Number(opened.dataset.revealed);
  mask.replaceWith(opened);
  const seconds = opened.querySelector("[data-seconds]");
  const hide = () => {
    clearInterval(timer);
    if (opened.isConnected) opened.replaceWith(mask);
  };
  const timer = setInterval(() => {
    left -= 1;
    seconds.textContent = String(left);
    if (left <= 0) hide();
  }, 1000);
  addEventListener("pagehide", hide, { once: true });
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-reveal]");
  if (button) ask(button);
  else if (menu && !menu.contains(event.target)) close();
});

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") close();
});

const scrolled = () => {
  if (anchor && Math.abs(anchor.button.getBoundingClientRect().bottom - anchor.top) > 40) close();
};

addEventListener("scroll", scrolled, { capture: true, passive: true });
