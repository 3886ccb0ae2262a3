// @ts-check
/** Style sheets that only some widgets need. */

/**
 * Add a style sheet to the page, once.
 *
 * @param {string} href
 * @returns {Promise<void>} over when it is there, so that nothing is shown without it, or can't be
 */
export async function addStyleSheet(href) {
  const known = document.querySelector(`link[rel="stylesheet"][href="${CSS.escape(href)}"]`);
  if (known) return;
  const link = document.createElement("link");
  link.rel = "stylesheet";
  link.href = href;
  const loaded = new Promise((resolve) => {
    link.addEventListener("load", resolve);
    link.addEventListener("error", resolve);
  });
  document.head.append(link);
  await loaded;
}
