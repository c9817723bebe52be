// The list of places: the app, channels and direct conversations, with what is unread.

import { el, icon, keep } from './dom.js';
import { face, mark } from './people.js';
import { all, app, appConversation, appName, nameOf, person } from './seen.js';

/** Bring the sidebar up to date; `at` is the place that is open, `link(place)` its address. */
export function showSidebar(nav, at, link) {
  keep(nav, sections(at), {
    key: (section) => section.name,
    sign: (section) => JSON.stringify(section),
    make: (section) => sectionNode(section, link),
    patch: (node, section) => patchSection(node, section, link),
  });
}

function sections(at) {
  const mine = all().channels;
  const withApp = appConversation();
  const entry = (one) => ({ place: one.id, name: one.name, kind: one.is_private ? 'lock' : 'hash', unread: one.unread || 0, here: at === one.id });
  const talk = (one) => ({ ...entry(one), kind: 'face', person: one.peer, name: nameOf(person(one.peer) ?? one) });
  const appEntry = {
    place: all().can.home && !withApp?.unread ? 'home' : 'messages', kind: 'app', name: appName(),
    unread: withApp?.unread || 0, here: at === 'home' || at === 'messages', away: all().app?.connected === false,
  };
  const byName = (one, other) => one.name.localeCompare(other.name);
  return [
    { name: 'App', entries: app() ? [appEntry] : [] },
    { name: 'Channels', entries: mine.filter((one) => !one.is_im).map(entry).sort(byName) },
    { name: 'Direct messages', entries: mine.filter((one) => one.is_im && one !== withApp).map(talk).sort(byName) },
    { name: 'Open to join', entries: all().joinable.map((one) => ({ place: one.id, name: one.name, kind: 'join' })).sort(byName) },
  ].filter((section) => section.entries.length);
}

function sectionNode(section, link) {
  const list = el('ul', { role: 'list' });
  const id = `section-${section.name.replace(/ /g, '-').toLowerCase()}`;
  const node = el('section', { 'aria-labelledby': id }, el('h2', { id }, section.name), list);
  node.list = list;
  return patchSection(node, section, link);
}

function patchSection(node, section, link) {
  keep(node.list, section.entries, {
    key: (entry) => entry.kind + (entry.kind === 'app' ? '' : entry.place),
    sign: (entry) => JSON.stringify(entry),
    make: (entry) => el('li', {}, entryNode(entry, link)),
    patch: (item, entry) => { item.firstChild.dress(entry); return item; },
  });
  return node;
}

function entryNode(entry, link) {
  const node = el('a', { class: 'entry' });
  node.dress = (now) => {
    const unread = Boolean(now.unread) && !now.here
      && el('span', { class: 'unread' }, String(now.unread), el('span', { class: 'unseen' }, ' unread'));
    node.href = link(now.place);
    node.dataset.place = now.place;
    node.classList.toggle('has-unread', Boolean(unread));
    if (now.here) node.setAttribute('aria-current', 'page');
    else node.removeAttribute('aria-current');
    node.classList.toggle('joinable', now.kind === 'join');
    node.replaceChildren(...[drawing(now), el('span', { class: 'entry-name' }, now.name),
      now.kind === 'face' ? mark(person(now.person)) : null, now.away ? el('span', { class: 'badge' }, 'away') : null, unread].filter(Boolean));
  };
  node.dress(entry);
  return node;
}

function drawing({ kind, person: id }) {
  if (kind === 'app') return face(app(), 'small');
  if (kind === 'face') return face(person(id), 'small');
  return icon(kind === 'join' ? 'plus' : kind);
}
