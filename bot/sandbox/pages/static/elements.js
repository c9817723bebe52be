// Buttons, menus and choices inside blocks: each tells its surface what the person did.

import { confirmed } from './confirm.js';
import { el, icon } from './dom.js';
import { control, initial, isField, stated } from './fields.js';
import { menuButton } from './menu.js';
import { link, textOf } from './mrkdwn.js';

/** The node of one interactive element of a block, or of an image beside one. */
export function elementNode(surface, block, element) {
  if (element.type === 'button') return button(surface, block, element);
  if (element.type === 'overflow') return overflow(surface, block, element);
  if (element.type === 'image') return picture(element);
  if (isField(element.type)) return choice(surface, block, element);
  return el('span', { class: 'quiet' }, `A ${element.type.replace(/_/g, ' ')} cannot be shown here.`);
}

/** A picture, if it is ours to show: nothing is fetched from the network, so others are named and linked. */
export function picture(image, kind = 'thumb') {
  const url = image.slack_file?.id ? `/practice/pictures/${encodeURIComponent(image.slack_file.id)}` : image.image_url ?? '';
  const ours = url.startsWith('data:image/') || (URL.canParse(url, location.href) && new URL(url, location.href).origin === location.origin);
  if (ours) return el('img', { class: kind, src: url, alt: image.alt_text ?? '', loading: 'lazy' });
  return el('span', { class: `elsewhere ${kind}` }, icon('eye'), ' ', link(url || '#', image.alt_text || 'A picture'));
}

const handle = (block, element) => `${block.block_id ?? ''}/${element.action_id ?? ''}`;
const named = (block, element) => ({ block_id: block.block_id, action_id: element.action_id });

function button(surface, block, element) {
  const attributes = {
    class: `button ${element.style ?? ''}`, 'data-handle': handle(block, element), 'aria-label': element.accessibility_label,
  };
  if (element.url) {
    const anchor = link(element.url, textOf(element.text));
    anchor.classList.add('button', ...(element.style ? [element.style] : []));
    anchor.dataset.handle = handle(block, element);
    anchor.addEventListener('click', () => surface.click({ ...named(block, element), value: element.value }));
    return anchor;
  }
  const node = el('button', {
    type: 'button', ...attributes,
    onclick: () => busy(node, async () => {
      if (await confirmed(element.confirm)) await surface.click({ ...named(block, element), value: element.value });
    }),
  }, textOf(element.text));
  return node;
}

function overflow(surface, block, element) {
  return menuButton({ class: 'button icon-only', 'aria-label': 'More actions', 'data-handle': handle(block, element) }, icon('more'),
    () => element.options.map((option) => ({
      label: option.text.text,
      detail: option.description?.text,
      choose: async () => {
        if (option.url) window.open(option.url, '_blank', 'noopener');
        if (await confirmed(element.confirm)) await surface.click({ ...named(block, element), selected: option.value });
      },
    })));
}

function choice(surface, block, element) {
  const label = element.placeholder?.text ?? block.text?.text ?? element.action_id ?? 'Choose';
  let before;
  const field = control(element, {
    id: surface.idFor(block, element),
    labelled: label,
    suggest: (typed) => surface.suggest(block, element, typed),
    changed: async (how) => {
      if (how === 'typed' || (how === 'entered' && !element.dispatch_action_config)) return '';
      if (!(await confirmed(element.confirm))) return field.write(before, state?.selected_option ?? element.initial_option);
      before = field.read();
      await surface.click({ ...named(block, element), selected: before, value: before });
      return 'taken';
    },
  });
  const state = surface.state?.(block, element);
  before = state === undefined ? initial(element) : stated(state);
  field.write(before, state?.selected_option ?? element.initial_option);
  (field.node.querySelector('[data-field]') ?? field.node).dataset.handle = handle(block, element);
  return field.node;
}

/** Keep a button from being pressed twice while the first press is on its way. */
export async function busy(node, work) {
  if (node.getAttribute('aria-busy') === 'true') return;
  node.setAttribute('aria-busy', 'true');
  try {
    await work();
  } finally {
    node.removeAttribute('aria-busy');
  }
}
