// The controls a person fills in: each can say its value, take one, and tell when it changed.

import { asking, askingMany } from './asking.js';
import { el, icon } from './dom.js';
import { textOf } from './mrkdwn.js';
import { all, isApp, nameOf, personName, standing, zone } from './seen.js';
import { secondsOf, wallClock } from './times.js';

/**
 * A control for `element`: `{ node, read, write }`. It carries `id`, so a label can point at it.
 * `changed(how)` is called with `typed` for every character, `entered` for Enter, `chosen` for a choice;
 * `suggest(typed)` is what the app offers in a menu that asks it.
 */
export function control(element, { id, changed, labelled, suggest }) {
  const make = KINDS[element.type];
  return make ? make(element, { id, changed, labelled, suggest }) : null;
}

export const isField = (type) => type in KINDS;

/** The value in Slack's `state.values`, in the plain form `read` and `write` use. */
export function stated(state) {
  if (!state) return undefined;
  for (const name of ['value', 'selected_user', 'selected_conversation', 'selected_channel', 'selected_date', 'selected_time']) {
    if (name in state) return state[name];
  }
  if ('selected_date_time' in state) return state.selected_date_time;
  if ('selected_option' in state) return state.selected_option?.value ?? null;
  if ('selected_options' in state) return (state.selected_options ?? []).map((option) => option.value);
  for (const name of ['selected_users', 'selected_conversations', 'selected_channels']) if (name in state) return state[name];
  return undefined;
}

/** The value a view or message sets the element to. */
export function initial(element) {
  if (element.initial_option) return element.initial_option.value;
  if (element.initial_options) return element.initial_options.map((option) => option.value);
  return element.initial_value ?? element.initial_date ?? element.initial_time ?? element.initial_user ?? element.initial_users
    ?? element.initial_conversation ?? element.initial_conversations ?? element.initial_channel ?? element.initial_date_time ?? null;
}

const KINDS = {
  plain_text_input: (element, how) => words(element, how, element.multiline ? 'textarea' : 'input', { type: 'text' }),
  number_input: (element, how) => words(element, how, 'input', {
    type: 'text', inputmode: element.is_decimal_allowed ? 'decimal' : 'numeric', class: 'box number',
  }),
  email_text_input: (element, how) => words(element, how, 'input', { type: 'text', inputmode: 'email', autocomplete: 'off' }),
  url_text_input: (element, how) => words(element, how, 'input', { type: 'text', inputmode: 'url' }),
  datepicker: (element, how) => picked(element, how, { type: 'date', class: 'box date' }),
  timepicker: (element, how) => picked(element, how, { type: 'time', class: 'box date' }),
  datetimepicker: (element, how) => moment(element, how),
  external_select: (element, how) => asking(element, how),
  multi_external_select: (element, how) => askingMany(element, how),
  static_select: (element, how) => oneOf(element, how, optionGroups(element)),
  users_select: (element, how) => oneOf(element, how, [{ options: peopleOptions() }]),
  conversations_select: (element, how) => oneOf(element, how, [{ options: conversationOptions(element) }]),
  channels_select: (element, how) => oneOf(element, how, [{ options: conversationOptions(element) }]),
  radio_buttons: (element, how) => ticks(element, how, 'radio', [{ options: element.options }]),
  checkboxes: (element, how) => ticks(element, how, 'checkbox', [{ options: element.options }]),
  multi_static_select: (element, how) => ticks(element, how, 'checkbox', optionGroups(element)),
  multi_users_select: (element, how) => ticks(element, how, 'checkbox', [{ options: peopleOptions() }]),
  multi_conversations_select: (element, how) => ticks(element, how, 'checkbox', [{ options: conversationOptions(element) }]),
  multi_channels_select: (element, how) => ticks(element, how, 'checkbox', [{ options: conversationOptions(element) }]),
};

function words(element, { id, changed, labelled }, tag, attributes) {
  const box = el(tag, {
    id, class: 'box', placeholder: element.placeholder?.text, rows: tag === 'textarea' ? 3 : null,
    dir: 'auto', 'data-field': true, 'aria-label': labelled, ...attributes,
    oninput: () => changed('typed'),
    onkeydown: (event) => {
      if (event.key === 'Enter' && tag === 'input' && changed('entered') === 'taken') event.preventDefault();
    },
  });
  return { node: box, read: () => box.value || null, write: (value) => { box.value = value ?? ''; } };
}

function picked(element, { id, changed, labelled }, attributes) {
  const box = el('input', { id, 'data-field': true, 'aria-label': labelled, ...attributes, onchange: () => changed('chosen') });
  return { node: box, read: () => box.value || null, write: (value) => { box.value = value ?? ''; } };
}

function moment(element, { id, changed, labelled }) {
  const box = el('input', {
    id, type: 'datetime-local', class: 'box date', 'data-field': true, 'aria-label': labelled, onchange: () => changed('chosen'),
  });
  return {
    node: box,
    read: () => (box.value ? secondsOf(box.value, zone()) : null),
    write: (value) => { box.value = value ? wallClock(value, zone()) : ''; },
  };
}

function oneOf(element, { id, changed, labelled }, groups) {
  const hint = element.placeholder?.text ?? 'Choose';
  const list = el('select', { id, 'data-field': true, 'aria-label': labelled, onchange: () => changed('chosen') },
    el('option', { value: '' }, hint),
    groups.map((group) => {
      const options = group.options.map((option) => el('option', { value: option.value }, optionWords(option)));
      return group.label ? el('optgroup', { label: group.label.text }, options) : options;
    }));
  const node = el('span', { class: 'select' }, list, icon('down'));
  return { node, read: () => list.value || null, write: (value) => { list.value = value ?? ''; } };
}

function ticks(element, { id, changed, labelled }, kind, groups) {
  const many = groups.reduce((sum, group) => sum + group.options.length, 0) > 10;
  const list = el('div', { class: many ? 'ticks many' : 'ticks' });
  for (const group of groups) {
    if (group.label) list.append(el('p', { class: 'ticks-group' }, group.label.text));
    list.append(...group.options.map((option) => tick(option, kind, id, changed)));
  }
  const node = el('div', { id, class: 'tick-field', role: kind === 'radio' ? 'radiogroup' : 'group', 'aria-label': labelled },
    many ? sieve(list) : null, list);
  const boxes = [...list.querySelectorAll('input')];
  const chosen = () => boxes.filter((box) => box.checked).map((box) => box.value);
  return {
    node,
    read: () => (kind === 'radio' ? chosen()[0] ?? null : chosen()),
    write: (value) => { for (const box of boxes) box.checked = [value ?? []].flat().includes(box.value); },
  };
}

function tick(option, kind, id, changed) {
  const box = el('input', { type: kind, name: id, value: option.value, 'data-field': true, onchange: () => changed('chosen') });
  return el('label', { class: 'tick' }, box,
    el('span', {}, textOf(option.text), option.description ? el('small', {}, textOf(option.description)) : null));
}

function sieve(list) {
  const box = el('input', {
    type: 'search', class: 'box', placeholder: 'Find', 'aria-label': 'Find in the list', autocomplete: 'off',
    onkeydown: (event) => event.key === 'Enter' && event.preventDefault(),
    oninput: () => {
      for (const row of list.querySelectorAll('.tick')) {
        row.hidden = !row.textContent.toLowerCase().includes(box.value.trim().toLowerCase());
      }
    },
  });
  return box;
}

const optionGroups = (element) => element.option_groups ?? [{ options: element.options ?? [] }];
const optionWords = (option) => (option.description ? `${option.text.text} · ${option.description.text}` : option.text.text);

function peopleOptions() {
  const people = all().people.filter((one) => !isApp(one));
  const named = people.map((one) => ({ value: one.id, text: { type: 'plain_text', emoji: false, text: marked(one) } }));
  return named.sort((one, other) => one.text.text.localeCompare(other.text.text));
}

const marked = (one) => (standing(one) ? `${nameOf(one)} (${standing(one)})` : nameOf(one));

function conversationOptions(element) {
  const kinds = element.filter?.include ?? ['public', 'private', 'im', 'mpim'];
  const kind = (one) => (one.is_im ? 'im' : one.is_private ? 'private' : 'public');
  const words = (one) => (one.is_im ? personName(one.peer, one.name) : `#${one.name}`);
  return all().channels.filter((one) => kinds.includes(kind(one)))
    .map((one) => ({ value: one.id, text: { type: 'plain_text', emoji: false, text: words(one) } }));
}
