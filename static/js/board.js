// data-board: columns of cards. Arrow keys walk from card to card: up and down in a column, left and right to the nearest column that has one.
document.addEventListener("keydown", (event) => {
  const move = { ArrowUp: [0, -1], ArrowDown: [0, 1], ArrowLeft: [-1, 0], ArrowRight: [1, 0] }[event.key];
  const card = event.target.closest?.("[data-board] [data-card]");
  if (!move || !card || event.ctrlKey || event.metaKey || event.altKey) return;
  const columns = [...card.closest("[data-board]").querySelectorAll("[data-column]")]
    .map((column) => [...column.querySelectorAll("[data-card]")])
    .filter((cards) => cards.length);
  const x = columns.findIndex((cards) => cards.includes(card));
  const y = columns[x].indexOf(card);
  const column = columns[x + move[0]];
  const next = column && column[Math.min(y + move[1], column.length - 1)];
  if (!next) return;
  event.preventDefault();
  next.focus();
  next.scrollIntoView({ block: "nearest", inline: "nearest" });
});
