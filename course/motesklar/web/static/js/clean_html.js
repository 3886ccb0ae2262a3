// @ts-check
/**
 * HTML that Python made, without what could reach beyond its place on the page.
 *
 * The content security policy lets no script of it run; this keeps it from sending, framing,
 * restyling or redirecting, too.
 */

const UNWANTED = "script, style, link, meta, base, iframe, frame, object, embed, form, template, dialog";

/** @param {string} html @returns {DocumentFragment} */
export function cleanHtml(html) {
  // nothing in a template is loaded or run
  const template = document.createElement("template");
  template.innerHTML = html;
  const { content } = template;
  for (const element of content.querySelectorAll(UNWANTED)) element.remove();
  for (const element of content.querySelectorAll("*")) {
    for (const { name, value } of [...element.attributes]) {
      if (name.startsWith("on") || /^\s*javascript:/i.test(value)) element.removeAttribute(name);
    }
  }
  return content;
}
