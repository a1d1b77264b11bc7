// data-leaves (a file of papers): laid out in pages of A4 as they are printed, so that the contents can name their numbers. Each
// data-leaf begins a page, data-numbered ones are counted. Without script the numbers are left to the hand.
const file = document.querySelector("[data-leaves]");
const foot = document.querySelector(".wf-sheet-foot");
const first = {};
const LONG = 400; // A text of so many letters is cut where the page ends; a shorter one goes to the next page whole.
let [body, count] = [null, 0];

/** A new empty page of the paper `leaf`. */
function page(leaf) {
  const box = document.createElement("section");
  const line = document.createElement("p");
  box.className = "wf-page-box";
  body = document.createElement("div");
  body.className = leaf.classList.contains("wf-cover") ? "wf-page-body wf-cover" : "wf-page-body";
  line.className = "wf-page-foot";
  line.textContent = foot ? foot.textContent.trim() : "";
  box.append(body, line);
  if ("numbered" in leaf.dataset) {
    count += 1;
    first[leaf.dataset.leaf] ??= count;
    const number = document.createElement("b");
    line.append(Object.assign(number, { textContent: `第 ${count} 页` }));
  }
  file.append(box);
}

const full = () => body.scrollHeight > body.clientHeight;

/** The next page; a heading that would stay alone below goes along. */
function turn(leaf, part = "") {
  const last = body.lastElementChild;
  page(leaf);
  body.append(last?.tagName === "H2" ? last : "", part);
}

/** Cut the longest text of `row`, too tall for what is left of the page: what does not fit comes back in a row of its own. */
function cut(row) {
  const texts = [...row.querySelectorAll(".wf-pre")];
  const [longest] = texts.toSorted((one, other) => other.textContent.length - one.textContent.length);
  const text = longest.textContent;
  let [fits, most] = [1, text.length];
  while (fits < most) {
    const half = Math.ceil((fits + most) / 2);
    longest.textContent = text.slice(0, half);
    if (full()) most = half - 1;
    else fits = half;
  }
  longest.textContent = text.slice(0, fits);
  if (full()) longest.textContent = text;
  if (longest.textContent === text) return null;
  const rest = row.cloneNode(true);
  const others = [...rest.querySelectorAll(".wf-pre")];
  others.forEach((one, place) => (one.textContent = texts[place] === longest ? text.slice(fits) : ""));
  return rest;
}

/** Lay the rows of `table` into this page and the next ones, each with the head of the table. */
function lay(table, leaf) {
  const part = () => {
    const copy = table.cloneNode(false);
    if (table.tHead) copy.append(table.tHead.cloneNode(true));
    body.append(copy);
    return copy.appendChild(document.createElement("tbody"));
  };
  const rows = [...table.tBodies[0].rows];
  let into = part();
  for (let row = rows.shift(); row; row = rows.shift()) {
    into.append(row);
    if (!full()) continue;
    const cutHere = row.textContent.length > LONG && cut(row);
    if (cutHere && rows.unshift(cutHere)) continue;
    if (into.rows.length > 1 || body.children.length > 2) {
      row.remove();
      if (!into.rows.length) into.closest("table").remove();
      turn(leaf);
      into = part();
      into.append(row);
    }
    const rest = full() && row.querySelector(".wf-pre") ? cut(row) : null;
    if (rest) rows.unshift(rest);
  }
}

if (file) {
  for (const leaf of [...file.querySelectorAll("[data-leaf]")]) {
    page(leaf);
    for (const part of [...leaf.children]) {
      body.append(part);
      if (!full()) continue;
      part.remove();
      if (part.tagName === "TABLE") lay(part, leaf);
      else turn(leaf, part);
    }
    leaf.remove();
  }
  for (const cell of file.querySelectorAll("[data-page-of]")) cell.textContent = first[cell.dataset.pageOf] ?? "";
  for (const total of file.querySelectorAll("[data-total]")) total.textContent = count;
  document.body.classList.add("wf-laid");
}
