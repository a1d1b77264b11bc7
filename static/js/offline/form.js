// form[data-draft] (记走访): kept on the phone while it is written, put back when opened again, sealed without a network.
import { behave, copyOf, toast } from "../page.js";
import { clock, onLeave, pageOf, restore } from "./back.js";
import { keep, post } from "./drafts.js";
import { contents, lighten } from "./pack.js";
import { sync } from "./talk.js";
import { able, drop, why } from "./store.js";
import { me, reachable, urls } from "./where.js";

const PAUSE = 400;

behave("form[data-draft]", (form) => {
  const state = form.querySelector("[data-draft-state]");
  const say = (text) => state && (state.textContent = text);
  if (!able()) {
    say("这个地址不是 https，没保存的内容不会存在本机。");
    return;
  }
  const key = form.elements.once_key;
  const page = pageOf(form);
  let earlier = null;
  let timer = 0;
  let chain = Promise.resolve();

  const write = async (sent) => {
    try {
      const of = { id: key.value, user: await me(), household: form.dataset.household };
      earlier = await keep({ ...of, ...contents(form), page, sent }, earlier);
      if (!timer) form.dataset.kept = "yes"; // what was typed meanwhile is kept next; till then leaving asks
      say(`已存在本机 ${clock(Date.now())}`);
    } catch (error) {
      delete form.dataset.kept;
      say(`${why(error)}这一页先别关。`);
    }
  };
  const save = (sent = false) => {
    clearTimeout(timer);
    timer = 0;
    chain = chain.then(() => write(sent));
    return chain;
  };
  const later = (event) => {
    if (event.detail === "refilled" || form.dataset.done) return;
    delete form.dataset.kept;
    clearTimeout(timer);
    timer = setTimeout(save, event.type === "change" ? 0 : PAUSE);
  };
  form.addEventListener("input", later);
  form.addEventListener("change", later);
  addEventListener("visibilitychange", () => timer && save());

  // The lock seals what was written; whoever unlocks goes on writing here.
  document.addEventListener("fedhub:unlock", async () => {
    if (earlier === null) return;
    earlier = null;
    await drop("outbox", key.value);
    save();
  });

  form.addEventListener("draft:send", async () => {
    await save(true);
    if (form.elements.csrfmiddlewaretoken && (await reachable())) {
      await lighten(form);
      form.submit();
      return;
    }
    const { texts, files } = contents(form);
    try {
      await post(key.value, await me(), form.dataset.household, [...texts, ...files], true);
    } catch (error) {
      form.dispatchEvent(new Event("form:wake", { bubbles: true }));
      form.dispatchEvent(new Event("input", { bubbles: true }));
      toast(`现在没有网，${why(error)}先别关这一页，有网再保存。`);
      return;
    }
    form.dataset.done = "yes";
    await drop("drafts", key.value);
    form.replaceWith(copyOf("kept"));
    scrollTo(0, 0);
    document.dispatchEvent(new Event("offline:changed"));
    sync(urls());
  });

  onLeave(form, () => {
    clearTimeout(timer);
    return chain;
  });
  const back = (found) => {
    earlier = found;
    if (found) say("已存在本机");
  };
  restore(form).then(back, () => {});
});

// After submit.js, so that a second tap is stopped there.
document.addEventListener("submit", (event) => {
  if (event.defaultPrevented || !event.target.matches("form[data-draft]") || !able()) return;
  event.preventDefault();
  event.target.dispatchEvent(new Event("draft:send"));
});
