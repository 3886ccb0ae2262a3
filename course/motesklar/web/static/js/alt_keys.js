// @ts-check
/**
 * Alt and a letter presses the button or link that names it (`aria-keyshortcuts="Alt+S"`).
 *
 * Unlike `accesskey` it is the same in all browsers. It has a modifier, so that nothing happens
 * while somebody writes or speaks to the computer (WCAG 2.1.4).
 */

document.addEventListener("keydown", (event) => {
  if (!event.altKey || event.ctrlKey || event.metaKey || !event.code.startsWith("Key")) return;
  const wanted = `Alt+${event.code.slice(3)}`;
  const target = document.querySelector(`[aria-keyshortcuts="${wanted}"]`);
  if (!(target instanceof HTMLElement)) return;
  event.preventDefault();
  target.click();
});
