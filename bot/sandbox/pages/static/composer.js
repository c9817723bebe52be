// The box to write in: Enter sends, `/` suggests commands, `@` suggests people, the bolt opens the app's shortcuts, and
// the paper clip takes files.

import { act } from './api.js';
import { attaching } from './attaching.js';
import { el, icon } from './dom.js';
import { menuButton } from './menu.js';
import { face, mark } from './people.js';
import { tell } from './notices.js';
import { all, me, nameOf } from './seen.js';

let count = 0;

/**
 * A composer for one place: `where()` gives what `act/message` needs, `channel()` the channel a command is given in.
 * `thread` makes it a thread's, where commands do not work, as in Slack.
 */
export function composer({ label, where, channel, thread, refresh }) {
  const id = `composer-${++count}`;
  const box = el('textarea', {
    id, class: 'box', rows: 1, 'aria-label': label, placeholder: label, dir: 'auto', autocomplete: 'off',
    role: 'combobox', 'aria-autocomplete': 'list', 'aria-expanded': 'false', 'aria-controls': `${id}-list`, 'aria-haspopup': 'listbox',
  });
  const list = el('ul', { id: `${id}-list`, class: 'suggestions', role: 'listbox', 'aria-label': 'Suggestions', hidden: true });
  const attached = attaching(box);
  const mine = { box, list, attached, found: [], chosen: 0, named: new Map(), where, channel, thread, refresh };
  box.addEventListener('input', () => suggest(mine));
  box.addEventListener('blur', () => hide(mine));
  box.addEventListener('keydown', (event) => key(event, mine));
  const node = el('form', { class: 'composer', onsubmit: (event) => { event.preventDefault(); send(mine); } },
    list, attached.list, el('div', { class: 'composer-box' },
      !thread && hasShortcuts() ? shortcuts(mine) : null,
      box, ...attached.button, el('button', { type: 'submit', class: 'plain send', 'aria-label': 'Send' }, icon('send'))));
  attached.takesDrops(node);
  node.focusBox = () => box.focus();
  return node;
}

/** Whether there is a shortcut that can be started from anywhere. */
export const hasShortcuts = () => Boolean(all().can.shortcuts) && all().shortcuts.some((one) => one.type === 'global');

function shortcuts(mine) {
  return menuButton({ class: 'plain', 'aria-label': 'Shortcuts', title: 'Shortcuts' }, icon('bolt'), () =>
    all().shortcuts.filter((one) => one.type === 'global').map((one) => ({
      label: one.name,
      detail: one.description,
      choose: async () => {
        tell(await act(me().id, 'shortcut', { callback_id: one.callback_id }));
        await mine.refresh();
      },
    })));
}

function key(event, mine) {
  if (event.isComposing) return;
  if (!mine.list.hidden) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) return take(event, () => choose(mine, mine.chosen + step));
    if (event.key === 'Escape') return take(event, () => hide(mine));
    if (event.key === 'Tab' || (event.key === 'Enter' && !alreadyWhole(mine))) return take(event, () => accept(mine, mine.chosen));
  }
  if (event.key === 'Enter' && !event.shiftKey) take(event, () => send(mine));
}

function take(event, work) {
  event.preventDefault();
  work();
}

/** Enter sends a command that is already written out, and completes one that is not. */
function alreadyWhole({ box, found, chosen }) {
  return found[chosen]?.kind === 'command' && box.value.trim() === found[chosen].insert.trim();
}

function suggest(mine) {
  const before = mine.box.value.slice(0, mine.box.selectionStart);
  mine.found = commandsFor(mine, before) ?? peopleFor(before) ?? [];
  if (!mine.found.length) return hide(mine);
  mine.list.replaceChildren(...mine.found.map((one, at) => el('li', {
    id: `${mine.list.id}-${at}`, role: 'option', onpointerdown: (event) => take(event, () => accept(mine, at)),
  }, one.show())));
  mine.list.hidden = false;
  mine.box.setAttribute('aria-expanded', 'true');
  choose(mine, 0);
}

function commandsFor({ thread }, before) {
  const typed = /^\/\S*$/.exec(before)?.[0];
  if (!typed || thread || !all().can.commands) return null;
  return all().commands.filter((one) => one.command.startsWith(typed)).map((one) => ({
    kind: 'command',
    insert: `${one.command} `,
    from: 0,
    show: () => [el('b', {}, one.command), ' ', el('code', {}, one.usage_hint ?? ''), el('small', {}, one.description ?? '')],
  }));
}

function peopleFor(before) {
  const typed = /(?:^|\s)@([\p{L}\p{N}.' -]{0,30})$/u.exec(before);
  if (!typed) return null;
  const wanted = typed[1].toLowerCase();
  const matching = all().people.filter((one) =>
    [nameOf(one), one.name].some((name) => ` ${name}`.toLowerCase().includes(` ${wanted}`)));
  return matching.slice(0, 8).map((one) => ({
    kind: 'person',
    insert: `@${nameOf(one)} `,
    from: before.length - typed[1].length - 1,
    person: one,
    show: () => [face(one, 'small'), el('b', {}, nameOf(one)), mark(one)],
  }));
}

function choose(mine, at) {
  mine.chosen = (at + mine.found.length) % mine.found.length;
  [...mine.list.children].forEach((row, index) => row.setAttribute('aria-selected', String(index === mine.chosen)));
  mine.list.children[mine.chosen].scrollIntoView({ block: 'nearest' });
  mine.box.setAttribute('aria-activedescendant', `${mine.list.id}-${mine.chosen}`);
}

function accept(mine, at) {
  const one = mine.found[at];
  if (one.person) mine.named.set(one.insert.trim(), one.person);
  mine.box.setRangeText(one.insert, one.from, mine.box.selectionStart, 'end');
  hide(mine);
}

function hide(mine) {
  mine.list.hidden = true;
  mine.found = [];
  mine.box.setAttribute('aria-expanded', 'false');
  mine.box.removeAttribute('aria-activedescendant');
}

async function send(mine) {
  const typed = mine.box.value.trim();
  if (!typed && !mine.attached.any()) return;
  const named = new Map(mine.named);
  const text = written(typed, named);
  mine.box.value = '';
  mine.named.clear();
  hide(mine);
  const command = /^(\/[^\s/]+)(?:\s+([\s\S]*))?$/.exec(text);
  const answer = command
    ? await act(me().id, 'command', { channel: mine.channel(), command: command[1], text: command[2] ?? '', thread: mine.thread })
    : await act(me().id, 'message', { ...mine.where(), text, files: await mine.attached.files() });
  tell(answer);
  if ((answer.refused || !answer.ok) && !mine.box.value) giveBack(mine, typed, named);
  await mine.refresh();
}

/** What was not taken is put back into the box, so that no words are lost. */
function giveBack(mine, typed, named) {
  mine.box.value = typed;
  mine.named = named;
}

/** The names that were picked become mentions; commands that do not ask for ids get the plain `@name`, as in Slack. */
function written(typed, named) {
  const command = all().commands.find((one) => one.command === typed.split(/\s/)[0]);
  let text = typed;
  for (const [name, one] of named) text = text.replaceAll(name, command && !command.should_escape ? `@${one.name}` : `<@${one.id}>`);
  return text;
}
