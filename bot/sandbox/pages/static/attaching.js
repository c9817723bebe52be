// Files on their way into a message: chosen with the paper clip or dropped on the box, and shown on what was sent.

import { el, icon } from './dom.js';
import { announce } from './notices.js';

const WHOLE = 8_000_000; // bytes; of a larger file only its beginning travels, and its size is told
const BEGINNING = 65_536;
const UNITS = ['bytes', 'KB', 'MB', 'GB'];

/** The paper clip, and the files that wait beside it; `files()` hands them over for sending and lets go of them. */
export function attaching(box) {
  let waiting = [];
  const list = el('ul', { class: 'attached', 'aria-label': 'Attached files', hidden: true });
  const picker = el('input', { type: 'file', multiple: true, hidden: true, onchange: () => { add(picker.files); picker.value = ''; } });
  const button = el('button', { type: 'button', class: 'plain', 'aria-label': 'Attach a file', title: 'Attach a file', onclick: () => picker.click() }, icon('clip'));

  function add(files) {
    waiting = [...waiting, ...files];
    show();
    announce(`Attached ${[...files].map((file) => file.name).join(', ')}`);
    box.focus();
  }

  function show() {
    list.hidden = waiting.length === 0;
    list.replaceChildren(...waiting.map((file) => el('li', {}, icon('sheet'), ' ', file.name, ' ',
      el('button', { type: 'button', class: 'plain', 'aria-label': `Take out ${file.name}`, onclick: () => { waiting = waiting.filter((one) => one !== file); show(); box.focus(); } }, icon('close')))));
  }

  function takesDrops(node) {
    const carries = (event) => event.dataTransfer?.types.includes('Files');
    node.addEventListener('dragover', (event) => { if (carries(event)) { event.preventDefault(); node.classList.add('dropping'); } });
    node.addEventListener('dragleave', () => node.classList.remove('dropping'));
    node.addEventListener('drop', (event) => {
      node.classList.remove('dropping');
      if (!carries(event)) return;
      event.preventDefault();
      add(event.dataTransfer.files);
    });
  }

  return {
    button: [picker, button],
    list,
    takesDrops,
    any: () => waiting.length > 0,
    files: async () => {
      const sent = await Promise.all(waiting.map(carried));
      waiting = [];
      show();
      return sent;
    },
  };
}

/** What a message shows of its files. */
export const shownFiles = (files) => el('ul', { class: 'attached', 'aria-label': 'Files' },
  files.map((file) => el('li', {}, icon('sheet'), ' ', link(file), ' ', el('small', {}, inWords(file.size)))));

const link = (file) => el('a', { href: `/practice/pictures/${encodeURIComponent(file.id)}`, download: file.name }, file.name);

async function carried(file) {
  const part = file.size > WHOLE ? file.slice(0, BEGINNING) : file;
  const address = await new Promise((resolve) => {
    const reader = new FileReader();
    reader.onload = () => resolve(reader.result);
    reader.readAsDataURL(part);
  });
  return { name: file.name, size: file.size, content: address.slice(address.indexOf(',') + 1) };
}

function inWords(size) {
  const step = Math.min(Math.floor(Math.log(Math.max(size, 1)) / Math.log(1000)), UNITS.length - 1);
  return `${Math.round(size / 1000 ** step)} ${UNITS[step]}`;
}
