// Short news from Slack itself, such as a command that nobody answered in time; and words for screen readers only.

import { el, icon, keep } from './dom.js';

const lasting = 12_000;
const shelf = () => document.getElementById('notices');
let known = null;
let shown = [];
let count = 0;

/** Show `text`: inside the form while one is open, else for a while in the corner, where it can be closed sooner. */
export function notice(text) {
  const inForm = document.getElementById('modal-fault');
  if (inForm) inForm.textContent = text;
  if (inForm || shown.some((one) => one.text === text)) return;
  const one = { id: ++count, text };
  shown = [...shown.slice(-2), one];
  draw();
  setTimeout(() => dismiss(one.id), lasting);
}

/** Take in the notices a person has by now; those from before the page was opened stay unsaid. */
export function takeNotices(all) {
  const keys = all.map((one) => `${one.at} ${one.text}`);
  if (known) all.filter((one, at) => !known.has(keys[at])).forEach((one) => notice(one.text));
  known = new Set(keys);
}

/** What an act answered, if it is for the person to read: a refusal, or that nobody took it up in time. */
export function tell(answer) {
  if (answer.refused || answer.notice) notice(answer.refused || answer.notice);
  return answer;
}

/** Read `text` out to people who listen to the page. */
export function announce(text) {
  const place = document.getElementById('announcer');
  place.append(el('p', {}, text));
  while (place.children.length > 4) place.firstChild.remove();
}

function dismiss(id) {
  shown = shown.filter((one) => one.id !== id);
  draw();
}

function draw() {
  keep(shelf(), shown, {
    key: (one) => one.id,
    sign: () => '',
    make: (one) => el('div', { class: 'notice' }, el('p', {}, one.text),
      el('button', { type: 'button', class: 'plain', 'aria-label': 'Dismiss', onclick: () => dismiss(one.id) }, icon('close'))),
  });
  const box = shelf();
  if (shown.length && !box.matches(':popover-open')) box.showPopover?.();
  if (!shown.length && box.matches(':popover-open')) box.hidePopover?.();
}
