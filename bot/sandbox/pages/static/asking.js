// A menu that asks the app for its choices while a person types in it.

import { el } from './dom.js';

const PAUSE = 250;
const labelOf = (option) => option?.text.text ?? '';

/** A control like the others; `suggest(typed)` is what the app answers: options, or groups of them. */
export function asking(element, { id, changed, labelled, suggest }) {
  const mine = { element, changed, suggest, chosen: null, rows: [], at: -1, asked: 0, waiting: 0 };
  mine.box = el('input', {
    id, type: 'text', class: 'box', placeholder: element.placeholder?.text ?? 'Choose', dir: 'auto', autocomplete: 'off',
    role: 'combobox', 'aria-autocomplete': 'list', 'aria-expanded': 'false', 'aria-controls': `${id}-list`,
    'aria-haspopup': 'listbox', 'aria-label': labelled, 'data-field': true,
    onclick: () => ask(mine), oninput: () => typed(mine), onblur: () => leave(mine), onkeydown: (event) => key(event, mine),
  });
  mine.list = el('ul', { id: `${id}-list`, class: 'suggestions asked', role: 'listbox', 'aria-label': 'Choices', hidden: true });
  return {
    node: el('span', { class: 'asking' }, mine.box, mine.list),
    read: () => mine.chosen?.value ?? null,
    write: (value, option) => settle(mine, value ? [option, mine.chosen].find((one) => one?.value === value) ?? null : null),
    option: () => mine.chosen,
  };
}

/** The same for several: what is chosen stands below the box, and is ticked off there. */
export function askingMany(element, how) {
  let chosen = [];
  const list = el('div', { class: 'ticks' });
  const draw = () => list.replaceChildren(...chosen.map((option) => el('label', { class: 'tick' },
    el('input', { type: 'checkbox', checked: true, onchange: () => put(chosen.filter((one) => one !== option)) }),
    el('span', {}, labelOf(option)))));
  const put = (options) => {
    chosen = options;
    draw();
    how.changed('chosen');
  };
  const box = asking(element, { ...how, changed: () => {
    const option = box.option();
    box.write(null);
    if (option && !chosen.some((one) => one.value === option.value)) put([...chosen, option]);
  } });
  return {
    node: el('div', { class: 'asking-many' }, box.node, list),
    read: () => chosen.map((one) => one.value),
    write: (values, options) => {
      const known = [...[options ?? []].flat(), ...chosen];
      chosen = [values ?? []].flat().map((value) => known.find((one) => one?.value === value)).filter(Boolean);
      draw();
    },
    option: () => chosen,
  };
}

function typed(mine) {
  if (!mine.box.value && mine.chosen) choose(mine, null);
  clearTimeout(mine.waiting);
  mine.waiting = setTimeout(() => ask(mine), PAUSE);
}

/** What is chosen already is no search: the list then begins with everything. */
async function ask(mine) {
  const words = mine.box.value === labelOf(mine.chosen) ? '' : mine.box.value.trim();
  const least = mine.element.min_query_length ?? 3;
  const number = ++mine.asked;
  if (words.length < least) return show(mine, [], `Type ${least} letters or more.`);
  const answer = await mine.suggest(words);
  if (number === mine.asked && document.activeElement === mine.box) {
    show(mine, answer?.option_groups ?? [{ options: answer?.options ?? [] }], 'Nothing fits these words.');
  }
}

function show(mine, groups, otherwise) {
  mine.rows = [];
  mine.list.replaceChildren(...groups.flatMap((group) => [
    group.label ? el('li', { role: 'presentation', class: 'ticks-group' }, labelOf({ text: group.label })) : null,
    ...group.options.map((option) => row(mine, option)),
  ].filter(Boolean)));
  if (!mine.rows.length) mine.list.append(el('li', { role: 'presentation', class: 'quiet' }, otherwise));
  mine.list.hidden = false;
  mine.box.setAttribute('aria-expanded', 'true');
  point(mine, mine.rows.length && mine.box.value ? 0 : -1);
}

function row(mine, option) {
  const node = el('li', {
    id: `${mine.list.id}-${mine.rows.length}`, role: 'option',
    onpointerdown: (event) => { event.preventDefault(); choose(mine, option); },
  }, labelOf(option), option.description ? el('small', {}, option.description.text) : null);
  mine.rows.push({ node, option });
  return node;
}

function point(mine, at) {
  mine.at = at;
  mine.rows.forEach(({ node }, index) => node.setAttribute('aria-selected', String(index === at)));
  mine.rows[at]?.node.scrollIntoView({ block: 'nearest' });
  if (at < 0) mine.box.removeAttribute('aria-activedescendant');
  else mine.box.setAttribute('aria-activedescendant', mine.rows[at].node.id);
}

function key(event, mine) {
  if (event.isComposing) return;
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step && mine.list.hidden) return take(event, () => ask(mine));
  if (step && mine.rows.length) return take(event, () => point(mine, (mine.at + step + mine.rows.length) % mine.rows.length));
  if (event.key === 'Escape' && !mine.list.hidden) return take(event, () => hide(mine));
  if (event.key === 'Enter' && !event.ctrlKey && !event.metaKey) take(event, () => mine.rows[mine.at] && choose(mine, mine.rows[mine.at].option));
}

function take(event, work) {
  event.preventDefault();
  event.stopPropagation();
  work();
}

function choose(mine, option) {
  settle(mine, option);
  mine.changed('chosen');
}

function settle(mine, option) {
  mine.chosen = option;
  mine.box.value = labelOf(option);
  hide(mine);
}

/** Half a word is no choice: the box shows again what is chosen. */
function leave(mine) {
  mine.box.value = labelOf(mine.chosen);
  hide(mine);
}

function hide(mine) {
  clearTimeout(mine.waiting);
  mine.asked += 1;
  mine.rows = [];
  mine.list.hidden = true;
  mine.box.setAttribute('aria-expanded', 'false');
  mine.box.removeAttribute('aria-activedescendant');
}
