// data-idle: after so many seconds without use the page is hidden until the password is given; what was typed stays.
import { copyOf, csrfHeaders } from "./page.js";

const STAMP = "fedhub-used";
const PING = 240;

const shell = document.querySelector("[data-idle]");
let used = Date.now();
let sent = Date.now();
let locked = false;

const store = (value) => {
  try {
    localStorage.setItem(STAMP, String(value));
  } catch {
    // Storage may be switched off; then each window counts for itself.
  }
};

const lastUse = () => {
  try {
    return Math.max(used, Number(localStorage.getItem(STAMP)) || 0);
  } catch {
    return used;
  }
};

function use() {
  if (locked || Date.now() - used < 1000) return;
  used = Date.now();
  store(used);
  // Typing alone sends nothing, so tell the server now and then that somebody is there.
  if (used - sent > PING * 1000) {
    sent = used;
    fetch(shell.dataset.alive).catch(() => {});
  }
}

function lock() {
  const box = copyOf("lock");
  if (locked || !box) return;
  locked = true;
  document.body.append(box);
  document.body.classList.add("is-locked");
  shell.inert = true;
  box.querySelector("input").focus();
  document.dispatchEvent(new Event("fedhub:lock"));
  box.querySelector("form").addEventListener("submit", (event) => unlock(event, box));
}

async function unlock(event, box) {
  event.preventDefault();
  event.stopPropagation();
  const form = event.target;
  const error = form.querySelector(".wf-lock-error");
  let answer;
  try {
    answer = await fetch(shell.dataset.unlock, {
      method: "POST",
      redirect: "manual",
      headers: { ...csrfHeaders(), "X-Requested-With": "fetch" },
      body: new FormData(form),
    });
  } catch {
    error.textContent = "连不上，请看看网络。填的内容还在。";
    return;
  }
  if (answer.status === 204) {
    used = sent = Date.now();
    store(used);
    locked = false;
    shell.inert = false;
    document.body.classList.remove("is-locked");
    box.remove();
    document.dispatchEvent(new Event("fedhub:unlock"));
  } else if (answer.status === 403 && (answer.headers.get("Content-Type") || "").startsWith("text/plain")) {
    error.textContent = await answer.text();
    form.reset();
    form.querySelector("input").focus();
  } else {
    error.textContent = "登录已经结束，要重新登录。没保存的内容会丢，先抄下来再刷新。";
  }
}

if (shell) {
  store(used);
  ["pointerdown", "keydown", "input", "scroll"].forEach((name) => addEventListener(name, use, { passive: true }));
  setInterval(() => Date.now() - lastUse() > Number(shell.dataset.idle) * 1000 && lock(), 5000);
  document.querySelectorAll("[data-lock-now]").forEach((button) => {
    button.hidden = false;
    button.addEventListener("click", lock);
  });
}
