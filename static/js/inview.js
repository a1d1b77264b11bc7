// Choices in one line (.wf-segments) that are wider than a phone: the chosen one is moved into sight.
import { behave } from "./page.js";

behave(".wf-segments [aria-current]", (chosen) => {
  const line = chosen.parentElement;
  const [own, outer] = [chosen.getBoundingClientRect(), line.getBoundingClientRect()];
  if (own.right > outer.right) line.scrollLeft += (own.left + own.right - outer.left - outer.right) / 2;
});
