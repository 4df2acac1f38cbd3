/**
 * Elements without HTML.
 *
 * What followers write and servers answer may hold anything, so the page never makes HTML of a
 * string: texts become text nodes here, and the page's policy (`require-trusted-types-for`) makes
 * the browser refuse every other way.
 *
 * @module
 */

/** @typedef {Node | string | number | null | undefined | false} Child */

/** @typedef {HTMLElementEventMap} Events */
/** @typedef {{ [K in keyof Events]: (event: Events[K]) => void }} Listeners */

/**
 * @typedef {object} Properties
 * @property {string | undefined} [class]
 * @property {string | undefined} [title]
 * @property {Partial<Listeners>} [on]
 * @property {Record<string, string | number | undefined>} [style] custom properties such as `--at`
 * @property {Record<string, string | number | boolean | null | undefined>} [attributes]
 */

/**
 * Makes an element. Attributes that are `false`, `null` or `undefined` are left out.
 *
 * @template {keyof HTMLElementTagNameMap} T
 * @param {T} tag
 * @param {Properties | null} [properties]
 * @param {...(Child | readonly Child[])} children
 * @returns {HTMLElementTagNameMap[T]}
 *
 * @example
 * h("button", { class: "primary", on: { click: send } }, "Send");
 */
export function h(tag, properties, ...children) {
  const element = document.createElement(tag);
  const { class: className, title, on = {}, style = {}, attributes = {} } = properties ?? {};
  if (className) element.className = className;
  if (title) element.title = title;
  for (const [name, value] of Object.entries(attributes)) {
    if (value === false || value === null || value === undefined) continue;
    element.setAttribute(name, value === true ? "" : String(value));
  }
  for (const [name, value] of Object.entries(style)) {
    // Through the object model: the page's policy forbids style attributes.
    if (value !== undefined) element.style.setProperty(name, String(value));
  }
  for (const [name, listener] of Object.entries(on)) {
    element.addEventListener(name, /** @type {EventListener} */ (listener));
  }
  fill(element, children);
  return element;
}

/**
 * Gives an element other children.
 *
 * @param {Element} element
 * @param {...(Child | readonly Child[])} children
 */
export function replace(element, ...children) {
  element.replaceChildren();
  fill(element, children);
}

/**
 * @param {Element} element
 * @param {readonly (Child | readonly Child[])[]} children
 */
function fill(element, children) {
  for (const child of children.flat()) {
    if (child === null || child === undefined || child === false) continue;
    element.append(typeof child === "number" ? String(child) : child);
  }
}

/**
 * Puts a new element in place of an old one. What had the focus is found again by `data-focus`,
 * what was unfolded by `data-fold`, so that news do not take the page from under a reader.
 *
 * @template {HTMLElement} E
 * @param {HTMLElement} old
 * @param {E} fresh
 * @returns {E}
 */
export function renew(old, fresh) {
  const active = document.activeElement;
  const key = old.contains(active) ? active?.getAttribute("data-focus") : undefined;
  const folds = new Map();
  for (const fold of old.querySelectorAll("details[data-fold]")) {
    folds.set(fold.getAttribute("data-fold"), /** @type {HTMLDetailsElement} */ (fold).open);
  }
  for (const fold of fresh.querySelectorAll("details[data-fold]")) {
    const open = folds.get(fold.getAttribute("data-fold"));
    if (open !== undefined) /** @type {HTMLDetailsElement} */ (fold).open = open;
  }
  old.replaceWith(fresh);
  if (key) findFocus(fresh, key)?.focus({ preventScroll: true });
  return fresh;
}

/**
 * @param {HTMLElement} root
 * @param {string} key
 * @returns {HTMLElement | undefined}
 */
function findFocus(root, key) {
  const all = [
    root,
    .../** @type {NodeListOf<HTMLElement>} */ (root.querySelectorAll("[data-focus]")),
  ];
  return all.find((element) => element.getAttribute("data-focus") === key);
}

/**
 * What stands where there is nothing yet.
 *
 * @param {string} text
 * @param {string} hint
 * @returns {HTMLElement}
 */
export function nothingYet(text, hint) {
  return h("div", { class: "empty" }, h("p", null, text), h("p", { class: "faint" }, hint));
}

/**
 * Text as it is written, that is reached by the keyboard, for it may have to be scrolled.
 *
 * @param {string} className beside `code`
 * @param {...(Child | readonly Child[])} children
 * @returns {HTMLElement}
 */
export function codeBlock(className, ...children) {
  return h("pre", { class: `code ${className}`, attributes: { tabindex: "0" } }, ...children);
}

const SVG = "http://www.w3.org/2000/svg";

/**
 * A line drawing of 24 by 24, in the colour of the text around it. It says nothing to a screen
 * reader: what it stands on has a name.
 *
 * @param {string} path
 * @param {string} [className]
 * @returns {SVGSVGElement}
 */
export function icon(path, className = "icon") {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("class", className);
  svg.setAttribute("aria-hidden", "true");
  const drawing = document.createElementNS(SVG, "path");
  drawing.setAttribute("d", path);
  svg.append(drawing);
  return svg;
}
