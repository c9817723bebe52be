// Faces, marks, and choosing who you are.

import { el, icon, keep } from './dom.js';
import { isApp, me, nameOf, standing } from './seen.js';

const SEVERAL = 'With several teams';

/** A small square with a person's initials, in a color of their own. */
export function face(one, kind = '') {
  if (isApp(one)) return el('span', { class: `face app ${kind}`, 'aria-hidden': 'true' }, icon('leaf'));
  const name = one ? nameOf(one) : '?';
  return el('span', { class: `face ${kind}`, 'data-hue': hue(one?.id ?? name), 'aria-hidden': 'true' }, initials(name));
}

/** *Guest*, *Other workspace* or *App*, or nothing. */
export function mark(one) {
  const words = one && standing(one);
  return words ? el('span', { class: 'badge' }, words) : null;
}

/** The list of people as links to their own page, with a box to search in. */
export function chooser({ users, channels }, { heading, at }) {
  const people = users.filter((one) => !isApp(one) && one.id !== 'USLACKBOT' && !one.deleted && one.joined);
  const teamOf = teams(channels);
  const list = el('div', { class: 'people' });
  const nobody = el('p', { class: 'quiet', hidden: true }, 'Nobody goes by that name here.');
  const show = (wanted) => {
    const found = people.filter((one) => saidOf(one).includes(wanted.trim().toLowerCase()));
    nobody.hidden = found.length > 0;
    keep(list, groups(found, teamOf), {
      key: (group) => group.name,
      sign: (group) => JSON.stringify([group, at]),
      make: (group) => groupNode(group, at),
    });
  };
  const search = el('input', {
    type: 'search', class: 'search', 'aria-label': 'Find a person', placeholder: 'Find a person', autocomplete: 'off',
    oninput: () => show(search.value),
    onkeydown: (event) => event.key === 'Enter' && list.querySelector('a')?.click(),
  });
  show('');
  return el('section', { class: 'chooser' }, heading, people.length > 7 ? search : null, list, nobody);
}

function groupNode(group, at) {
  const people = el('ul', { role: 'list' }, group.people.map((one) => el('li', {}, row(one, at))));
  if (!group.name) return el('section', {}, people);
  return el('section', { 'aria-label': group.name }, el('h3', {}, group.name), people);
}

function row(one, at) {
  const here = one.id === me().id;
  const address = `/?${new URLSearchParams(at ? { user: one.id, at } : { user: one.id })}`;
  return el('a', { class: 'person', href: address, 'aria-current': here ? 'true' : null },
    face(one), el('span', { class: 'person-name' }, el('b', {}, nameOf(one)), one.email ? el('small', {}, one.email) : null), mark(one));
}

/** By team where the channels show it, else by the organization their e-mail address names, else all in one. */
function groups(people, teamOf) {
  const named = new Map();
  for (const one of people) {
    const name = teamOf(one.id) || organization(one.email);
    named.set(name, [...(named.get(name) ?? []), one]);
  }
  const scattered = named.size < 2 || named.size > Math.max(4, people.length / 1.5);
  const sorted = (some) => [...some].sort((one, other) => nameOf(one).localeCompare(nameOf(other)));
  if (scattered) return people.length ? [{ name: '', people: sorted(people) }] : [];
  const last = (name) => Number(name === SEVERAL || name === '');
  return [...named].sort(([one], [other]) => last(one) - last(other) || one.localeCompare(other))
    .map(([name, some]) => ({ name: name || 'Others', people: sorted(some) }));
}

/** Somebody in just one private channel belongs to it; somebody in several goes between teams. */
function teams(channels) {
  const closed = channels.filter((one) => one.is_private && !one.is_im && !one.archived);
  return (id) => {
    const mine = closed.filter((one) => one.members.includes(id));
    if (closed.length < 2 || !mine.length) return '';
    return mine.length === 1 ? inWords(mine[0].name.replace(/^team[-_]/, '')) : SEVERAL;
  };
}

const inWords = (name) => name.split(/[-_.]/).filter(Boolean).map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join(' ');

const organization = (email) => inWords(((email ?? '').split('@')[1] ?? '').split('.')[0]);

const saidOf = (one) => [one.real_name, one.name, one.email, standing(one)].join(' ').toLowerCase();

export function initials(name) {
  const words = name.replace(/^(dr|mr|ms|mrs)\.?\s+/i, '').split(/\s+/).filter(Boolean);
  return ((words[0]?.[0] ?? '?') + (words.length > 1 ? words.at(-1)[0] : '')).toUpperCase();
}

function hue(id) {
  let sum = 0;
  for (const letter of id) sum = (sum * 31 + letter.codePointAt(0)) % 997;
  return sum % 8;
}
