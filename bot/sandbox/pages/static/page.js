// The page as a whole: who is looking, which place is open, and bringing everything up to date.

import { act, listen, see, workspace } from './api.js';
import { showClock } from './clock.js';
import { conversation } from './conversation.js';
import { el, icon, keepingFocus } from './dom.js';
import { appPlace } from './home.js';
import { author, spoken } from './messages.js';
import { modalRefreshesWith, showModal } from './modal.js';
import { announce, takeNotices, tell } from './notices.js';
import { pauseRow } from './pausing.js';
import { chooser, face } from './people.js';
import { all, appConversation, channel, me, nameOf, take } from './seen.js';
import { showSidebar } from './sidebar.js';
import { closeThread, openThread, showThread } from './thread.js';

const part = (id) => document.getElementById(id);
const user = new URLSearchParams(location.search).get('user');
let open = { at: null, thread: null, place: null };
let heard = null;
let asking = null;
let askAgain = false;

async function welcome() {
  document.body.classList.add('welcoming');
  const heading = el('div', { class: 'welcome' }, el('h1', {}, 'Who are you today?'),
    el('p', {}, 'This is a practice Slack. It runs on this computer only: try anything, nothing leaves it. ',
      'You can be someone else at any time, also in a second window.'));
  part('place').replaceChildren(chooser(await workspace(), { heading }));
}

async function begin() {
  modalRefreshesWith(refresh);
  part('switch').addEventListener('click', chooseWho);
  part('sidebar').addEventListener('click', follow);
  part('thread').addEventListener('keydown', (event) => {
    if (event.key === 'Escape' && !event.defaultPrevented && !event.target.closest('.menu')) leaveThread();
  });
  addEventListener('hashchange', () => open.place.show());
  addEventListener('popstate', () => goTo(addressed(), { remember: false }));
  document.addEventListener('visibilitychange', markRead);
  await refresh();
  if (!me().id) return stranger();
  listen(user, refresh, (lost) => { part('link-lost').hidden = !lost; });
  setInterval(() => showClock(part('clock'), refresh), 15_000);
}

function stranger() {
  document.body.classList.add('welcoming');
  part('place').replaceChildren(el('div', { class: 'welcome' }, el('h1', {}, 'Nobody here goes by that name'),
    el('p', {}, 'The address names somebody this practice Slack does not know. ', el('a', { href: '/' }, 'Choose who you are'), '.')));
}

/** Ask what there is to see and show it; calls that come meanwhile are answered by one more question. */
function refresh() {
  if (asking) {
    askAgain = true;
    return asking;
  }
  asking = (async () => {
    do {
      askAgain = false;
      const asked = me().id ? channelHere() ?? '' : '';
      const seen = await see(user, asked);
      if (!seen) return;
      take(seen, asked);
      keepingFocus(show);
    } while (askAgain);
  })().finally(() => { asking = null; });
  return asking;
}

function show() {
  if (!open.at) goTo(addressed() ?? firstPlace(), { remember: false });
  else if (!exists(open.at)) goTo(firstPlace(), { remember: false });
  showSidebar(part('sidebar'), open.at, address);
  open.place.show();
  showThread();
  showModal(all().modal, all().modal_depth ?? 1);
  takeNotices(all().notices ?? []);
  showWho();
  showClock(part('clock'), refresh);
  sayNew();
  markRead();
}

function goTo(at, { remember = true } = {}) {
  if (!at || !exists(at)) at = at === null ? null : firstPlace();
  const before = open.at;
  document.body.classList.toggle('at-list', at === null);
  if (at === null) return;
  if (at === before) return;
  open = { at, thread: null, place: build(at) };
  closeThread();
  document.body.classList.remove('in-thread');
  const back = el('button', { type: 'button', class: 'plain to-list', 'aria-label': 'All channels', onclick: toList }, icon('back'));
  part('place').replaceChildren(back, open.place.node);
  if (remember) history.pushState(null, '', address(at));
  document.title = `${titleOf(at)} · ${nameOf(me())} · Practice Slack`;
  open.place.show();
  refresh();
  if (!before) return;
  showSidebar(part('sidebar'), at, address);
  part('place').focus({ preventScroll: true });
  markRead();
}

function build(at) {
  const doing = { refresh, openThread: enterThread };
  if (at === 'home' || at === 'messages') return appPlace(at, { ...doing, go: (tab) => goToTab(tab) });
  return conversation(at, doing);
}

function goToTab(tab) {
  goTo(tab);
  part(`tab-${tab}`)?.focus();
}

function toList() {
  history.pushState(null, '', address(null));
  document.body.classList.add('at-list');
  part('sidebar').querySelector('[aria-current]')?.focus();
}

function enterThread(ts) {
  openThread(channelHere(), ts, { refresh, closed: leaveThread });
  open.thread = ts;
  document.body.classList.add('in-thread');
}

function leaveThread() {
  if (!open.thread) return;
  const ts = open.thread;
  open.thread = null;
  closeThread();
  document.body.classList.remove('in-thread');
  part('place').querySelector(`[data-ts="${CSS.escape(ts)}"]`)?.focus({ preventScroll: true });
}

async function join(id) {
  tell(await act(user, 'join', { channel: id }));
  await refresh();
}

async function follow(event) {
  const entry = event.target.closest('a.entry');
  if (!entry || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  if (entry.matches('.joinable')) await join(entry.dataset.place);
  document.body.classList.remove('at-list');
  goTo(entry.dataset.place);
}

function address(at) {
  return `/?${new URLSearchParams(at ? { user, at } : { user })}`;
}

const addressed = () => new URLSearchParams(location.search).get('at');
const channelHere = () => (channel(open.at) ? open.at : appConversation()?.id ?? addressed());

function exists(at) {
  if (at === 'messages') return true;
  return at === 'home' ? Boolean(all().can.home) : Boolean(channel(at));
}

/** The team's own channel if there is one, else any channel, else the app. */
function firstPlace() {
  const channels = all().channels.filter((one) => !one.is_im && one.members?.includes(user));
  const first = channels.find((one) => one.is_private) ?? channels[0];
  return first?.id ?? (all().can.home ? 'home' : 'messages');
}

const titleOf = (at) => (channel(at)?.name ? `#${channel(at).name}` : 'App');

function showWho() {
  const words = nameOf(me());
  const paused = Boolean(all().paused_until);
  if (part('switch').words === words + paused) return;
  part('switch').words = words + paused;
  part('sidebar').hidden = false;
  part('switch').hidden = false;
  part('switch').setAttribute('aria-label', `You are ${words}${paused ? ', notifications paused' : ''}. Be someone else`);
  part('switch').replaceChildren(face(me(), 'small'), el('span', {}, words), ...(paused ? [el('span', { class: 'badge' }, 'paused')] : []), icon('down'));
}

async function chooseWho() {
  const heading = el('header', {}, el('h2', { id: 'who-title' }, 'Be someone else'),
    el('button', { type: 'button', class: 'plain', 'aria-label': 'Close', onclick: () => part('who').close() }, icon('close')));
  part('who').replaceChildren(chooser(await workspace(), { heading: [heading, pauseRow(refresh)], at: open.at }));
  part('who').showModal();
  (part('who').querySelector('input') ?? part('who').querySelector('a'))?.focus();
}

/** Read out what others said here since the last look, and where else something new is. */
function sayNew() {
  const here = channelHere();
  const said = new Set((channel(here)?.messages ?? []).map((message) => message.ts));
  const unread = new Map(all().channels.map((one) => [one.id, one.unread]));
  if (heard?.here === here) {
    channel(here)?.messages.filter((one) => !heard.said.has(one.ts) && author(one).id !== user).slice(-3).forEach((one) => announce(spoken(one)));
  }
  const elsewhere = all().channels.filter((one) => heard && one.id !== here && one.unread > (heard.unread.get(one.id) ?? 0));
  elsewhere.forEach((one) => announce(`New in ${one.is_im ? 'direct messages' : `#${one.name}`}`));
  heard = { here, said, unread };
}

function markRead() {
  const id = channelHere();
  if (open.at === 'home' || document.hidden || !channel(id)?.unread) return;
  channel(id).unread = 0;
  act(user, 'read', { channel: id }).then(refresh);
}

if (user) begin();
else welcome();
