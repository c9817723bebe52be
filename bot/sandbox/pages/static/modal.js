// The form on top of everything: the view the app opened, kept while it changes, sent when it is submitted.

import { act } from './api.js';
import { showBlocks } from './blocks.js';
import { el, icon } from './dom.js';
import { busy } from './elements.js';
import { textOf } from './mrkdwn.js';
import { tell } from './notices.js';
import { me } from './seen.js';
import { Typing } from './typing.js';

const dialog = () => document.getElementById('modal');

let open = null;
let refresh = async () => {};

/** `again` asks the practice Slack what there is to see. */
export function modalRefreshesWith(again) {
  refresh = again;
  dialog().addEventListener('cancel', (event) => { event.preventDefault(); close(); });
  dialog().addEventListener('keydown', (event) => {
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) submit();
  });
}

/** Show `view`, the top of the person's stack, or nothing. */
export function showModal(view, depth) {
  if (!view) return dismiss();
  const fresh = open?.view.id !== view.id;
  if (fresh) open = begin(view);
  open.view = view;
  dress(view, depth);
  if (!dialog().open) dialog().showModal();
  if (fresh) focusFirst();
}

function dismiss() {
  open = null;
  if (dialog().open) dialog().close();
  dialog().replaceChildren();
}

function begin(view) {
  const parts = {
    back: el('button', { type: 'button', class: 'plain', 'aria-label': 'Back', onclick: () => close() }, icon('back')),
    title: el('h2', { id: 'modal-title' }),
    body: el('div', { class: 'modal-body', 'data-surface': 'modal', tabindex: '-1' }),
    fault: el('p', { id: 'modal-fault', class: 'error', role: 'alert' }),
    cancel: el('button', { type: 'button', class: 'button', onclick: () => close() }),
    submit: el('button', { type: 'submit', class: 'button primary' }),
  };
  const away = el('button', { type: 'button', class: 'plain', 'aria-label': 'Close', onclick: () => close({ all: true }) }, icon('close'));
  const send = (event) => { event.preventDefault(); submit(); };
  dialog().replaceChildren(el('form', { novalidate: true, autocomplete: 'off', onsubmit: send },
    el('header', {}, parts.back, parts.title, away),
    parts.body, parts.fault, el('footer', { class: 'foot' }, parts.cancel, parts.submit)));
  const mine = { view, parts };
  mine.typing = new Typing({
    prefix: `field-${view.id}`,
    where: () => ({ view: true }),
    state: (block) => stateOf(mine, block, block.element),
    errors: () => mine.view.errors,
    refresh: () => refresh(),
  });
  return mine;
}

const stateOf = (mine, block, element) => mine.view.state?.values?.[block.block_id]?.[element.action_id];

function dress(view, depth) {
  const { parts, typing } = open;
  parts.title.replaceChildren(textOf(view.title));
  parts.back.hidden = depth < 2;
  relabel(parts.cancel, view.close?.text ?? (view.submit ? 'Cancel' : 'Close'));
  relabel(parts.submit, view.submit?.text ?? '');
  parts.submit.hidden = !view.submit;
  showBlocks(parts.body, view.blocks, surface(open));
  typing.inputs.prune(view.blocks);
}

const relabel = (node, words) => { if (node.textContent !== words) node.textContent = words; };

function surface(mine) {
  return {
    heading: 'h3',
    idFor: (block, element) => `field-${mine.view.id}-${block.block_id}-${element.action_id}`,
    state: (block, element) => stateOf(mine, block, element),
    sign: (block) => (block.type === 'input' ? JSON.stringify([mine.view.errors?.[block.block_id], stateOf(mine, block, block.element)]) : ''),
    makeInput: (block) => mine.typing.inputs.make(block),
    patchInput: (node, block) => mine.typing.inputs.dress(node, block),
    click: (what) => mine.typing.press(what),
    suggest: (block, element, typed) => mine.typing.suggest(block, element, typed),
  };
}

async function submit() {
  const mine = open;
  if (!mine?.view.submit) return;
  await busy(mine.parts.submit, async () => {
    await mine.typing.settle();
    await perform(mine, 'submit', { values: mine.typing.inputs.values() });
  });
  if (open !== mine) return;
  const wrong = mine.view.blocks.find((block) => mine.view.errors?.[block.block_id]);
  if (wrong) mine.typing.inputs.focus(wrong.block_id);
}

async function close(how = {}) {
  const mine = open;
  if (!mine) return;
  await mine.typing.settle();
  await perform(mine, 'close', how);
}

/** Old faults are taken back before, new ones shown after. */
async function perform(mine, what, details) {
  mine.parts.fault.textContent = '';
  tell(await act(me().id, what, details));
  await refresh();
}

function focusFirst() {
  const { body, submit: button } = open.parts;
  const first = body.querySelector('[data-field]:checked, [data-field]:not([type=radio], [type=checkbox]), [data-field]');
  (first ?? (button.hidden ? body : button)).focus();
}
