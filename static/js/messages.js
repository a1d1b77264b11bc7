// Toasts: those of the page, those sent with an htmx answer, and what went wrong on the way.
import { fade, toast } from "./page.js";

const SAID = {
  403: "这一步没有权限，什么也没有改。",
  404: "没有找到，可能已被移走。",
  409: "别人刚改过，请刷新后再试。",
  413: "文件太大，没有收下。",
  429: "短时间里操作太多，请过一会儿再试。",
};

document.querySelectorAll("[data-toast]").forEach(fade);

document.addEventListener("click", (event) => {
  event.target.closest("[data-dismiss]")?.closest("[data-toast], [data-dismissable]")?.remove();
});

document.addEventListener("htmx:afterRequest", (event) => {
  const told = event.detail.xhr?.getResponseHeader("HX-Trigger");
  if (!told || !told.startsWith("{")) return;
  for (const detail of Object.values(JSON.parse(told))) toast(detail?.message);
});

document.addEventListener("htmx:responseError", (event) => {
  const { status } = event.detail.xhr;
  if (status !== 401) toast(SAID[status] || "没有做成，请过一会儿再试。之前保存的都还在。");
});

document.addEventListener("htmx:sendError", () => toast("连不上，请看看网络。填的内容还在这一页。"));

document.querySelector("[data-focus]")?.focus();
