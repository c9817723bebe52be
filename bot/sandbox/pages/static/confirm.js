// The question some buttons ask before they do anything.

import { el } from './dom.js';
import { textOf } from './mrkdwn.js';

/** Ask as the element's `confirm` says; true when the person confirms. A dangerous answer is never the one Enter gives. */
export function confirmed(asked) {
  if (!asked) return Promise.resolve(true);
  const danger = asked.style === 'danger';
  const answers = el('div', { class: 'foot' },
    el('button', { class: 'button', value: 'deny', autofocus: danger }, textOf(asked.deny ?? 'Cancel')),
    el('button', { class: danger ? 'button danger' : 'button primary', value: 'confirm', autofocus: !danger }, textOf(asked.confirm ?? 'Yes')));
  const dialog = el('dialog', { class: 'confirm', role: 'alertdialog', 'aria-labelledby': 'confirm-title', 'aria-describedby': 'confirm-text' },
    el('form', { method: 'dialog' },
      el('h2', { id: 'confirm-title' }, textOf(asked.title)), el('p', { id: 'confirm-text' }, textOf(asked.text)), answers));
  document.body.append(dialog);
  dialog.showModal();
  return new Promise((answer) => {
    dialog.addEventListener('close', () => { dialog.remove(); answer(dialog.returnValue === 'confirm'); });
  });
}
