// Making and keeping nodes: text always goes in as text, and what stays the same is never rebuilt.

const SVG = 'http://www.w3.org/2000/svg';

/** A new element. `on…` attributes are listeners, `true` sets a bare attribute, `null`, `undefined` and `false` leave it out. */
export function el(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) set(node, name, value);
  node.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

export function set(node, name, value) {
  if (name.startsWith('on') && typeof value === 'function') node.addEventListener(name.slice(2), value);
  else if (value === null || value === undefined || value === false) node.removeAttribute(name);
  else node.setAttribute(name, value === true ? '' : value);
}

/**
 * Bring the children of `parent` in line with `items`.
 * A child with the same `key` and `sign` is not touched, so whatever a person is typing in it stays as it is;
 * a changed one is patched if it can be, and made again if not.
 */
export function keep(parent, items, { key, sign, make, patch }) {
  const before = new Map([...parent.children].map((node) => [node.keptAs, node]));
  const after = items.map((item) => {
    const name = String(key(item));
    const signed = sign(item);
    const old = before.get(name);
    if (old && old.keptSign === signed) return old;
    const node = (old && patch && patch(old, item)) || make(item);
    node.keptAs = name;
    node.keptSign = signed;
    return node;
  });
  const wanted = new Set(after);
  for (const node of [...parent.childNodes]) if (!wanted.has(node)) node.remove();
  let here = parent.firstChild;
  for (const node of after) {
    if (node === here) here = here.nextSibling;
    else parent.insertBefore(node, here);
  }
}

/** Run `change` and give the focus back to the control that had it, should the change have made that control anew. */
export function keepingFocus(change) {
  const active = document.activeElement;
  const handle = active?.dataset?.handle;
  const home = handle && active.closest('[data-surface]')?.dataset.surface;
  change();
  if (!handle || active.isConnected) return;
  const surface = document.querySelector(`[data-surface="${CSS.escape(home ?? '')}"]`);
  const again = surface?.querySelector(`[data-handle="${CSS.escape(handle)}"]`);
  (again ?? surface)?.focus({ preventScroll: true });
}

const DRAWINGS = {
  hash: 'M6 3 4.5 15M13.5 3 12 15M3 6.5h12.5M2.5 11.5H15',
  lock: 'M4.5 8h9v7h-9zM6.5 8V5.5a2.5 2.5 0 0 1 5 0V8',
  more: 'M4 9h.01M9 9h.01M14 9h.01',
  reply: 'M15 9a5.5 5.5 0 0 1-5.5 5.5H3.5L5 12.4A5.5 5.5 0 1 1 15 9z',
  bolt: 'M10 2 4 10.2h4.2L7.6 16 14 7.6H9.6z',
  send: 'M3 9 15.5 3.5 11.5 15 8.6 10.4zM8.6 10.4 15.5 3.5',
  plus: 'M9 3.5v11M3.5 9h11',
  close: 'm4.5 4.5 9 9M13.5 4.5l-9 9',
  back: 'M11 3.5 5.5 9l5.5 5.5',
  down: 'M4.5 7 9 11.5 13.5 7',
  pin: 'M7 2.5h4l-.5 5 2.5 2.5H5l2.5-2.5zM9 10v5.5',
  eye: 'M1.5 9S4 4.5 9 4.5 16.5 9 16.5 9 14 13.5 9 13.5 1.5 9 1.5 9zM9 7a2 2 0 1 0 0 4 2 2 0 0 0 0-4',
  clock: 'M9 2.5a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13M9 5.5V9l2.5 1.5',
  home: 'M3 8.5 9 3.5l6 5V15h-4v-4H7v4H3z',
  leaf: 'M3.5 14.5C4 8 8 4 14.5 3.5 14.5 10 11 14 5.5 13.5M3.5 14.5 10 8',
  clip: 'M14.5 8 9 13.5a3 3 0 0 1-4.3-4.3l6-6a2 2 0 0 1 2.9 2.9l-5.8 5.8a1 1 0 0 1-1.4-1.4L11.6 5.3',
  sheet: 'M4 2.5h7l3 3v10H4zM11 2.5v3h3M6.5 9h5M6.5 12h5',
  link: 'M7 3.5H3.5v11h11V11M10 3h5v5M15 3 8 10',
};

/** A small line drawing beside words; never the only carrier of meaning. */
export function icon(name) {
  const svg = document.createElementNS(SVG, 'svg');
  const path = document.createElementNS(SVG, 'path');
  svg.setAttribute('viewBox', '0 0 18 18');
  svg.setAttribute('class', `icon icon-${name}`);
  svg.setAttribute('aria-hidden', 'true');
  path.setAttribute('d', DRAWINGS[name]);
  svg.append(path);
  return svg;
}
