// The question some buttons ask before they do anything.

import { el } from './dom.js';
import { textOf } from './mrkdwn.js';

/** Ask as the element's `confirm` says; true when the person confirms. */
export function confirmed(asked) {
  if (!asked) return Promise.resolve(true);
  return new Promise((answer) => {
    const yes = asked.style === 'danger' ? 'button danger' : 'button primary';
    const dialog = el('dialog', { class: 'confirm', role: 'alertdialog', 'aria-labelledby': 'confirm-title', 'aria-describedby': 'confirm-text' },
      el('form', { method: 'dialog' },
        el('h2', { id: 'confirm-title' }, textOf(asked.title)),
        el('p', { id: 'confirm-text' }, textOf(asked.text)),
        el('div', { class: 'foot' },
          el('button', { class: 'button', value: 'deny' }, textOf(asked.deny ?? 'Cancel')),
          el('button', { class: yes, value: 'confirm', autofocus: true }, textOf(asked.confirm ?? 'Yes')))));
    dialog.addEventListener('close', () => { dialog.remove(); answer(dialog.returnValue === 'confirm'); });
    document.body.append(dialog);
    dialog.showModal();
  });
}
