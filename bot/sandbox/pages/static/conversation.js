// A channel or a direct conversation: its heading, its pins, its messages and the box to answer in.

import { composer, hasShortcuts } from './composer.js';
import { el, icon, keep } from './dom.js';
import { outsideThreads, showMessages, walkable } from './messages.js';
import { inShort } from './mrkdwn.js';
import { app, appName, channel, nameOf, person } from './seen.js';

const NEAR = 80;

/** Build the place for channel `id` (null: the app's messages before there are any); its `show()` brings it up to date. */
export function conversation(id, { refresh, openThread, heading = null, openSoon = () => null }) {
  const head = el('div', { class: 'place-head' });
  const pins = el('nav', { class: 'pins', 'aria-label': 'Pinned messages', hidden: true });
  const list = walkable(el('ol', { class: 'messages', role: 'list', tabindex: '0', 'aria-label': 'Messages' }));
  const scroll = el('div', { class: 'scroll' }, el('p', { class: 'beginning' }), list);
  const newer = el('button', { type: 'button', class: 'newer', hidden: true, onclick: () => toEnd(scroll) }, 'New messages', icon('down'));
  const foot = el('div', { class: 'place-foot' });
  const node = el('section', { class: 'conversation' }, heading ?? head, pins, scroll, newer, foot);
  const mine = { id, node, head: heading ? null : head, pins, list, scroll, newer, foot, refresh, openThread, openSoon, shown: 0, footKind: '' };
  let resting = true;
  scroll.addEventListener('scroll', () => {
    resting = atEnd(scroll);
    if (resting) newer.hidden = true;
  });
  list.addEventListener('load', () => { if (resting) toEnd(scroll); }, true);
  return { node, show: () => show(mine) };
}

function show(mine) {
  mine.id ??= mine.openSoon();
  const here = channel(mine.id);
  const messages = mine.id ? outsideThreads(mine.id) : [];
  const stay = atEnd(mine.scroll) || !mine.shown;
  const more = messages.length > mine.shown;
  if (mine.head && here) heading(mine.head, here);
  showPins(mine, here?.messages.filter((one) => one.pinned) ?? []);
  mine.scroll.firstChild.textContent = beginning(here);
  showMessages(mine.list, mine.id, messages, mine);
  showFoot(mine, here);
  if (stay) toEnd(mine.scroll);
  else if (more) mine.newer.hidden = false;
  mine.shown = messages.length;
  if (messages.length && location.hash) followLink(mine);
}

/** The address names a message: go there once. */
function followLink(mine) {
  const ts = location.hash.slice(1);
  history.replaceState(null, '', location.pathname + location.search);
  jump(mine, ts);
}

function heading(head, here) {
  const words = JSON.stringify([here.name, here.topic, here.is_private, here.members]);
  if (head.words === words) return;
  head.words = words;
  const count = here.members.filter((id) => id !== app()?.id).length;
  const members = `${count} ${count === 1 ? 'person' : 'people'}`;
  head.replaceChildren(...[
    el('h1', {}, here.is_im ? nameOf(person(here.peer) ?? here) : [icon(here.is_private ? 'lock' : 'hash'), here.name]),
    here.topic ? el('p', { class: 'topic' }, here.topic) : null,
    !here.is_im ? el('p', { class: 'count' }, members) : null,
  ].filter(Boolean));
}

function showPins(mine, pinned) {
  mine.pins.hidden = pinned.length === 0;
  keep(mine.pins, pinned, {
    key: (one) => one.ts,
    sign: (one) => one.text ?? '',
    make: (one) => el('button', { type: 'button', class: 'pin', onclick: () => jump(mine, one.ts) },
      icon('pin'), el('span', {}, inShort(one.text, 140))),
  });
}

function jump(mine, ts) {
  const message = mine.list.querySelector(`[data-ts="${CSS.escape(ts)}"]`);
  if (!message) return;
  message.scrollIntoView({ block: 'start' });
  message.focus({ preventScroll: true });
  message.classList.add('found');
  setTimeout(() => message.classList.remove('found'), 2000);
}

function beginning(here) {
  if (!here) return `This is where you and ${appName()} talk.`;
  if (here.is_im) return `This is the beginning of your conversation with ${nameOf(person(here.peer) ?? here)}.`;
  return `This is the beginning of #${here.name}.`;
}

function showFoot(mine, here) {
  const kind = here || mine.id === null ? `composer ${hasShortcuts()}` : 'gone';
  if (kind === mine.footKind) return;
  mine.footKind = kind;
  mine.foot.replaceChildren(kind === 'gone' ? '' : composer(composing(mine, here)));
}

function composing(mine, here) {
  const withApp = !here || here.is_im;
  const name = here && !here.is_im ? `#${here.name}` : appName();
  return {
    label: `Message ${name}`,
    where: () => (withApp && !mine.id ? { app: true } : { channel: mine.id }),
    channel: () => mine.id ?? mine.openSoon(),
    refresh: mine.refresh,
  };
}

const atEnd = (scroll) => scroll.scrollHeight - scroll.scrollTop - scroll.clientHeight < NEAR;
const toEnd = (scroll) => { scroll.scrollTop = scroll.scrollHeight; };
