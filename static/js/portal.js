// Residents' pages: leaving at once. Without script the button works too, by a form.
const form = document.querySelector("[data-leave-now]");
let presses = [];
function leave() {
  document.documentElement.hidden = true;
  document.title = "　";
  navigator.sendBeacon(form.action, new FormData(form));
  window.location.replace(form.dataset.to);
}
if (form) {
  form.addEventListener("submit", (event) => { event.preventDefault(); leave(); });
  // Three times Shift does the same, for whoever cannot reach the button in time.
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Shift" || event.repeat) return;
    presses = [...presses.filter((at) => event.timeStamp - at < 1500), event.timeStamp];
    if (presses.length >= 3) leave();
  });
}
// The way back shows nothing from the browser's memory.
window.addEventListener("pageshow", (event) => { if (event.persisted) window.location.reload(); });
// In WeChat a page of hers is not passed on. Its browser has this of its own; no script of WeChat's is needed.
function hide() { window.WeixinJSBridge.call("hideOptionMenu"); }
if (document.documentElement.dataset.hers !== undefined) {
  if (window.WeixinJSBridge) hide(); else document.addEventListener("WeixinJSBridgeReady", hide);
}
