// Pages of a survey. Everything works without this; with it: leaving at once, reading aloud, help beside an answer, what was typed
// comes back after a crash.
const main = document.querySelector("#main");
const form = main.querySelector("form[data-survey]");
const sensitive = document.body.hasAttribute("data-sensitive");

// --- leaving at once ---
const exit = document.querySelector("[data-leave-now]");
let presses = [];
function leave() {
  document.documentElement.hidden = true;
  document.title = "　";
  if (navigator.sendBeacon) navigator.sendBeacon(exit.action, new FormData(exit));
  window.location.replace(exit.dataset.to);
}
if (exit) {
  exit.addEventListener("submit", (event) => { event.preventDefault(); leave(); });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Shift" || event.repeat) return;
    presses = [...presses.filter((at) => event.timeStamp - at < 1500), event.timeStamp];
    if (presses.length >= 3) leave();
  });
}
// The way back shows nothing of a sensitive survey from the browser's memory.
if (sensitive) window.addEventListener("pageshow", (event) => { if (event.persisted) window.location.reload(); });

// --- what was typed, on this device alone; never of a sensitive survey ---
const store = (() => { try { return sensitive ? null : window.localStorage; } catch { return null; } })();
const sent = main.querySelector("[data-sent]");
if (store && sent) Object.keys(store).filter((key) => key.startsWith(`s:${sent.dataset.sent}:`)).forEach((key) => store.removeItem(key));
if (form) {
  const key = `s:${form.dataset.survey}:${form.dataset.page}`;
  const inputs = () => [...form.elements].filter((one) => one.name && !["hidden", "file", "submit"].includes(one.type));
  const state = () => inputs().map((one) => (["radio", "checkbox"].includes(one.type) ? [one.name, one.value, one.checked] : [one.name, "", one.value]));
  const empty = () => inputs().every((one) => (["radio", "checkbox"].includes(one.type) ? !one.checked : !one.value));
  const private_ = (name) => name.startsWith("who_");
  if (store) {
    try {
      const [day, kept] = JSON.parse(store.getItem(key) || "[0,[]]");
      if (empty() && Date.now() / 864e5 - day < 7) {
        kept.forEach(([name, value, now]) => inputs().filter((one) => one.name === name).forEach((one) => {
          if (!["radio", "checkbox"].includes(one.type)) one.value = now;
          else if (one.value === value) one.checked = now;
        }));
      }
    } catch { store.removeItem(key); }
    form.addEventListener("input", () => {
      try { store.setItem(key, JSON.stringify([Math.floor(Date.now() / 864e5), state().filter(([name]) => !private_(name))])); } catch { /* no room: the server keeps it with the next page */ }
    });
  }

  // --- "none of these" stands alone; help shows beside the answer that asks for it ---
  const showHelp = () => ["help", "tell"].forEach((what) => {
    const box = form.querySelector(`[data-${what}-box]`);
    if (box) box.hidden = !form.querySelector(`[data-${what}]:checked`);
  });
  form.addEventListener("change", (event) => {
    const one = event.target;
    if (one.type === "checkbox" && one.checked) {
      form.querySelectorAll(`input[type="checkbox"][name="${CSS.escape(one.name)}"]`).forEach((other) => {
        if (other !== one && ("alone" in one.dataset || "alone" in other.dataset)) other.checked = false;
      });
    }
    const ranks = one.closest("[data-ranks]");
    // A place taken twice changes hands.
    if (ranks && one.value) ranks.querySelectorAll("select").forEach((other) => { if (other !== one && other.value === one.value) other.value = ""; });
    showHelp();
  });
  showHelp();
  form.querySelectorAll(".s-other").forEach((text) => text.addEventListener("input", () => {
    const tick = text.previousElementSibling.querySelector("input");
    if (text.value && !tick.checked) { tick.checked = true; tick.dispatchEvent(new Event("change", { bubbles: true })); }
  }));
  form.addEventListener("submit", (event) => {
    if (form.dataset.sending) { event.preventDefault(); return; }
    form.dataset.sending = "1";
  });
  window.addEventListener("pageshow", () => { delete form.dataset.sending; });

  // --- reading aloud ---
  if ("speechSynthesis" in window && "SpeechSynthesisUtterance" in window) {
    form.querySelectorAll("[data-q]").forEach((question, place) => {
      const button = Object.assign(document.createElement("button"), { type: "button", className: "s-say", textContent: "读给我听" });
      button.setAttribute("aria-label", `读给我听，本页第 ${place + 1} 题`);
      button.addEventListener("click", () => {
        const talking = window.speechSynthesis.speaking;
        window.speechSynthesis.cancel();
        if (talking) return;
        const words = [...question.querySelectorAll("legend, .s-label, .s-pick > span, .s-rank > span, .s-soft")].map((part) => part.textContent.trim());
        const said = new window.SpeechSynthesisUtterance(words.join("。"));
        said.lang = "zh-CN";
        said.rate = 0.9;
        window.speechSynthesis.speak(said);
      });
      const head = question.querySelector("legend, .s-label") || question.firstElementChild;
      head.after(button);
    });
  }
}
main.querySelector("[data-focus]")?.focus();
