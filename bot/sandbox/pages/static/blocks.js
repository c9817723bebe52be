// The blocks of messages, Home and forms.

import { el, keep } from './dom.js';
import { elementNode, picture } from './elements.js';
import { richText, textOf } from './mrkdwn.js';

/**
 * Show `blocks` in `parent`; a block that did not change is not touched.
 * `surface` says what a click does, and how an input block is made and patched.
 */
export function showBlocks(parent, blocks, surface) {
  keep(parent, blocks.map((block, at) => ({ block, at })), {
    key: ({ block, at }) => block.block_id ?? `${at}:${block.type}`,
    sign: ({ block }) => JSON.stringify(block) + (surface.sign?.(block) ?? ''),
    make: ({ block }) => blockNode(block, surface),
    patch: (node, { block }) => (block.type === 'input' ? surface.patchInput(node, block) : null),
  });
}

function blockNode(block, surface) {
  const make = KINDS[block.type];
  if (!make) return el('p', { class: 'block quiet' }, `A ${block.type.replace(/_/g, ' ')} block cannot be shown here.`);
  const node = make(block, surface);
  node.classList.add('block', `block-${block.type}`);
  if (block.block_id) node.dataset.block = block.block_id;
  return node;
}

const KINDS = {
  section: (block, surface) => el('div', {},
    el('div', { class: 'section-words' },
      block.text ? el('div', { class: 'words' }, textOf(block.text)) : null,
      block.fields ? el('div', { class: 'section-fields' }, block.fields.map((one) => el('div', { class: 'words' }, textOf(one)))) : null),
    block.accessory ? el('div', { class: 'accessory' }, elementNode(surface, block, block.accessory)) : null),
  header: (block, surface) => el(surface.heading ?? 'h3', {}, textOf(block.text)),
  context: (block, surface) => el('div', {}, block.elements.map((one) =>
    (one.type === 'image' ? elementNode(surface, block, one) : el('span', { class: 'words' }, textOf(one))))),
  actions: (block, surface) => el('div', { role: 'group' }, block.elements.map((one) => elementNode(surface, block, one))),
  divider: () => el('hr'),
  image: (block) => el('figure', {}, block.title ? el('figcaption', {}, textOf(block.title)) : null, picture(block, 'whole')),
  rich_text: (block) => el('div', { class: 'words' }, richText(block)),
  markdown: (block) => el('div', { class: 'words' }, textOf({ type: 'mrkdwn', text: block.text })),
  input: (block, surface) => surface.makeInput(block),
  table: (block) => el('div', { class: 'table-scroll', tabindex: '0', role: 'region', 'aria-label': 'Table' },
    el('table', {}, block.rows.map((row, at) => el('tr', {}, row.map((one) => el(at ? 'td' : 'th', { scope: at ? null : 'col' }, cell(one))))))),
};

const cell = (one) => (one.type === 'rich_text' ? richText(one) : String(one.text ?? one.value ?? ''));
