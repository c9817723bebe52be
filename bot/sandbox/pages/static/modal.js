// The form on top of everything: the view the app opened, kept while it changes, sent when it is submitted.

import { act } from './api.js';
import { showBlocks } from './blocks.js';
import { el, icon } from './dom.js';
import { busy } from './elements.js';
import { Inputs } from './inputs.js';
import { textOf } from './mrkdwn.js';
import { notice } from './notices.js';
import { me } from './seen.js';

const PAUSE = 400;
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
    title: el('h2', { id: 'modal-title' }), back: el('button', { type: 'button', class: 'plain', 'aria-label': 'Back', onclick: () => close() }, icon('back')),
    body: el('div', { class: 'modal-body', 'data-surface': 'modal', tabindex: '-1' }), fault: el('p', { class: 'error', role: 'alert', hidden: true }),
    cancel: el('button', { type: 'button', class: 'button', onclick: () => close() }),
    submit: el('button', { type: 'submit', class: 'button primary' }),
  };
  dialog().replaceChildren(el('form', { novalidate: true, autocomplete: 'off', onsubmit: (event) => { event.preventDefault(); submit(); } },
    el('header', {}, parts.back, parts.title,
      el('button', { type: 'button', class: 'plain', 'aria-label': 'Close', onclick: () => close({ all: true }) }, icon('close'))),
    parts.body, parts.fault, el('footer', { class: 'foot' }, parts.cancel, parts.submit)));
  const mine = { view, parts, waiting: new Map(), line: Promise.resolve() };
  mine.inputs = new Inputs({
    prefix: `field-${view.id}`,
    state: (block) => mine.view.state?.values?.[block.block_id]?.[block.element.action_id],
    errors: () => mine.view.errors,
    changed: (block, how, value) => changed(mine, block, how, value),
  });
  return mine;
}

function dress(view, depth) {
  const { parts, inputs } = open;
  parts.title.replaceChildren(textOf(view.title));
  parts.back.hidden = depth < 2;
  relabel(parts.cancel, view.close?.text ?? (view.submit ? 'Cancel' : 'Close'));
  relabel(parts.submit, view.submit?.text ?? '');
  parts.submit.hidden = !view.submit;
  showBlocks(parts.body, view.blocks, surface(open));
  inputs.prune(view.blocks);
}

const relabel = (node, words) => { if (node.textContent !== words) node.textContent = words; };

function surface(mine) {
  return {
    heading: 'h3',
    idFor: (block, element) => `field-${mine.view.id}-${block.block_id}-${element.action_id}`,
    state: (block, element) => mine.view.state?.values?.[block.block_id]?.[element.action_id],
    sign: (block) => (block.type === 'input' ? JSON.stringify([mine.view.errors?.[block.block_id], mine.view.state?.values?.[block.block_id]]) : ''),
    makeInput: (block) => mine.inputs.make(block),
    patchInput: (node, block) => mine.inputs.dress(node, block),
    click: async (what) => {
      await settle(mine);
      await perform(mine, 'click', { view: true, ...what });
    },
  };
}

/** Tell the app at once or after a pause, if the input asks for it. */
function changed(mine, block, how, value) {
  mine.parts.fault.hidden = true;
  if (!block.dispatch_action) return '';
  const on = block.element.dispatch_action_config?.trigger_actions_on ?? ['on_enter_pressed'];
  if (how === 'chosen') return tellNow(mine, block.block_id);
  if (how === 'entered' && on.includes('on_enter_pressed')) return tellNow(mine, block.block_id);
  if (how === 'typed' && on.includes('on_character_entered')) tellLater(mine, block.block_id);
  return '';
}

function tellLater(mine, id) {
  clearTimeout(mine.waiting.get(id));
  mine.waiting.set(id, setTimeout(() => tellNow(mine, id), PAUSE));
}

function tellNow(mine, id) {
  clearTimeout(mine.waiting.get(id));
  mine.waiting.delete(id);
  const value = mine.inputs.values()[id] ?? null;
  mine.inputs.sent({ [id]: value });
  mine.line = mine.line.then(() => act(me().id, 'type', { block_id: id, value }));
  mine.line.then(() => refresh());
  return 'taken';
}

/** Everything typed so far is told before anything else happens. */
async function settle(mine) {
  for (const id of [...mine.waiting.keys()]) tellNow(mine, id);
  await mine.line;
  const values = mine.inputs.unsent();
  if (!Object.keys(values).length) return;
  mine.inputs.sent(values);
  await act(me().id, 'fill', { values });
}

async function submit() {
  const mine = open;
  if (!mine || !mine.view.submit) return;
  await busy(mine.parts.submit, async () => {
    await settle(mine);
    await perform(mine, 'submit', { values: mine.inputs.values() });
  });
  if (open !== mine) return;
  const wrong = mine.view.blocks.find((block) => mine.view.errors?.[block.block_id]);
  if (wrong) mine.inputs.focus(wrong.block_id);
}

async function close(how = {}) {
  const mine = open;
  if (!mine) return;
  await settle(mine);
  await perform(mine, 'close', how);
}

async function perform(mine, what, details) {
  const answer = await act(me().id, what, details);
  await refresh();
  const words = answer.refused || answer.notice;
  if (!words) return;
  if (open !== mine) return notice(words);
  mine.parts.fault.textContent = words;
  mine.parts.fault.hidden = false;
}

function focusFirst() {
  const { body, submit: button } = open.parts;
  const first = body.querySelector('[data-field]:checked, [data-field]:not([type=radio], [type=checkbox]), [data-field]');
  (first ?? (button.hidden ? body : button)).focus();
}
