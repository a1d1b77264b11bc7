// data-photos: pictures of one form: previews, a count, taking one out again, a limit.
import { behave, toast } from "./page.js";

behave("[data-photos]", (box) => {
  const input = box.querySelector("input[type=file]");
  const list = box.querySelector("[data-photos-list]");
  const count = box.querySelector("[data-photos-count]");
  const most = Number(box.dataset.photos) || 9;
  let files = [];

  const keep = () => {
    const bag = new DataTransfer();
    files.forEach((file) => bag.items.add(file));
    input.files = bag.files;
    list.querySelectorAll("img").forEach((image) => URL.revokeObjectURL(image.src));
    list.replaceChildren(...files.map(preview));
    if (count) count.textContent = String(files.length);
    box.classList.toggle("is-full", files.length >= most);
  };

  const preview = (file, index) => {
    const item = document.createElement("li");
    const image = Object.assign(document.createElement("img"), { src: URL.createObjectURL(file), alt: `第 ${index + 1} 张` });
    const out = Object.assign(document.createElement("button"), { type: "button", className: "wf-photo-out", textContent: "×" });
    out.setAttribute("aria-label", `去掉第 ${index + 1} 张`);
    out.addEventListener("click", () => {
      files = files.filter((other) => other !== file);
      keep();
      input.focus();
    });
    item.append(image, out);
    return item;
  };

  input.addEventListener("change", () => {
    const added = [...input.files].filter((file) => file.type.startsWith("image/"));
    if (added.length < input.files.length) toast("只收照片，别的文件没有放进来。");
    if (files.length + added.length > most) toast(`最多 ${most} 张，多的没有放进来。`);
    files = [...files, ...added].slice(0, most);
    keep();
  });
});
