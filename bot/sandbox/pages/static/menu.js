// A button that opens a small menu, for message shortcuts and overflow elements; arrows, Home, End, Escape and letters work.

import { el } from './dom.js';

let count = 0;

/**
 * A menu button. `items()` is asked at each opening and gives `{ label, detail?, danger?, choose }`.
 * Being a popover, the menu stays above dialogs, and Escape closes it before it closes anything else. While the button
 * is `aria-disabled` it keeps the focus and opens nothing.
 */
export function menuButton(attributes, contents, items) {
  const id = `menu-${++count}`;
  const menu = el('div', { id, class: 'menu', role: 'menu', popover: 'auto', 'aria-label': attributes['aria-label'] });
  const button = el('button', {
    type: 'button', 'aria-haspopup': 'menu', 'aria-expanded': 'false', ...attributes, popovertarget: id,
    onclick: (event) => { if (button.ariaDisabled === 'true') event.preventDefault(); },
    onkeydown: (event) => {
      if (event.key !== 'ArrowDown') return;
      event.preventDefault();
      if (button.ariaDisabled === 'true') return;
      menu.showPopover();
    },
  }, contents);
  menu.addEventListener('beforetoggle', (event) => {
    if (event.newState !== 'open') return;
    menu.replaceChildren(...items().map((item) => itemNode(item, menu, button)));
    menu.firstChild?.setAttribute('autofocus', '');
  });
  menu.addEventListener('toggle', (event) => {
    const open = event.newState === 'open';
    button.setAttribute('aria-expanded', String(open));
    if (open) placeBeside(menu, button);
  });
  menu.addEventListener('keydown', (event) => walk(event, menu));
  return el('span', { class: 'menu-home' }, button, menu);
}

function itemNode(item, menu, button) {
  return el('button', {
    type: 'button', role: 'menuitem', tabindex: '-1', class: item.danger ? 'menu-item danger' : 'menu-item',
    onclick: () => { menu.hidePopover(); button.focus(); item.choose(); },
  }, item.label, item.detail ? el('small', {}, item.detail) : null);
}

function walk(event, menu) {
  const items = [...menu.querySelectorAll('[role=menuitem]')];
  const at = items.indexOf(document.activeElement);
  const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: -1 }[event.key]
    ?? (/^\S$/.test(event.key) ? items.findIndex((item) => item.textContent.toLowerCase().startsWith(event.key.toLowerCase())) : null);
  if (event.key === 'Tab') menu.hidePopover();
  if (to === null || !items.length) return;
  event.preventDefault();
  items.at(to % items.length)?.focus();
}

function placeBeside(menu, button) {
  const from = button.getBoundingClientRect();
  const { width, height } = menu.getBoundingClientRect();
  const left = Math.min(Math.max(8, from.right - width), window.innerWidth - width - 8);
  const below = from.bottom + 4;
  const top = below + height > window.innerHeight - 8 ? Math.max(8, from.top - height - 4) : below;
  menu.style.left = `${Math.max(8, left)}px`;
  menu.style.top = `${top}px`;
}
