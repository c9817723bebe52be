// Messages: one list per place, each message drawn once and then only patched.

import { act } from './api.js';
import { shownFiles } from './attaching.js';
import { showBlocks } from './blocks.js';
import { el, icon, keep } from './dom.js';
import { menuButton } from './menu.js';
import { inShort, mrkdwn } from './mrkdwn.js';
import { tell } from './notices.js';
import { face, mark } from './people.js';
import { all, app, appName, channel, isApp, me, nameOf, now, person, zone } from './seen.js';
import { day, dayKey, momentOf, time, whole } from './times.js';
import { Typing } from './typing.js';

const TOGETHER = 300;

/** Show `messages` in `list`. `doing` has `refresh`, and `openThread` where messages can have threads. */
export function showMessages(list, channelId, messages, doing) {
  keep(list, withDays(messages), {
    key: (item) => item.key,
    sign: (item) => (item.day ? item.day : JSON.stringify([item.message, item.follows])),
    make: (item) => (item.day ? el('li', { class: 'day' }, el('h3', {}, item.day)) : dress(blank(channelId, item.message, doing), item)),
    patch: (node, item) => (item.day ? null : dress(node, item)),
  });
}

/** Arrows walk from message to message; only the message one is at has its tools in the tab order. */
export function walkable(list) {
  list.addEventListener('keydown', (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const at = event.target.closest('.message');
    if (!step || (event.target !== list && event.target !== at)) return;
    const all = [...list.querySelectorAll('.message')];
    const next = all[at ? all.indexOf(at) + step : step < 0 ? all.length - 1 : 0];
    if (!next) return;
    event.preventDefault();
    next.focus();
    next.scrollIntoView({ block: 'nearest' });
  });
  const reach = (event, tabindex) => {
    event.target.closest('.message')?.querySelectorAll('.tools button').forEach((tool) => { tool.tabIndex = tabindex; });
  };
  list.addEventListener('focusin', (event) => reach(event, 0));
  list.addEventListener('focusout', (event) => reach(event, -1));
  return list;
}

/** Who wrote it: a person, or the app. */
export function author(message) {
  const who = person(message.user);
  return who ?? (message.bot ? app() ?? { id: 'app', name: 'App', is_bot: true } : { id: message.user, name: message.user });
}

/** One line that says a message to someone who does not see it. */
export const spoken = (message) => `${nameOf(author(message))}: ${inShort(message.text, 400)}`;

function withDays(messages) {
  const items = [];
  let before = null;
  for (const message of messages) {
    const at = momentOf(message.ts);
    const newDay = !before || dayKey(momentOf(before.ts), zone()) !== dayKey(at, zone());
    if (newDay) items.push({ key: `day ${dayKey(at, zone())}`, day: day(at, zone(), now()) });
    const follows = !newDay && before.user === message.user && Number(message.ts) - Number(before.ts) < TOGETHER
      && typedByPerson(message) && typedByPerson(before) && !message.ephemeral && !before.ephemeral;
    items.push({ key: message.ts, message, follows });
    before = message;
  }
  return items;
}

function blank(channelId, message, doing) {
  const node = el('li', { class: 'message', tabindex: '-1', 'data-ts': message.ts, 'data-surface': `${channelId} ${message.ts}` });
  const parts = { words: el('div', { class: 'words' }), blocks: el('div', { class: 'blocks' }), shape: '' };
  node.drawn = { channelId, doing, parts, message };
  node.drawn.typing = new Typing({
    prefix: `in-${channelId}-${message.ts}`,
    where: () => ({ channel: channelId, ts: message.ts }),
    state: (block) => stateOf(node, block, block.element),
    refresh: doing.refresh,
  });
  return node;
}

const stateOf = (node, block, element) => node.drawn.message.values?.[block.block_id]?.[element.action_id];

function dress(node, { message, follows }) {
  const { parts } = node.drawn;
  node.drawn.message = message;
  const who = author(message);
  const when = momentOf(message.ts);
  const hasBlocks = message.blocks.length > 0 && !typedByPerson(message);
  node.classList.toggle('follows', follows);
  node.classList.toggle('private', Boolean(message.ephemeral));
  node.classList.toggle('from-app', isApp(who));
  node.setAttribute('aria-label', `${nameOf(who)}, ${time(when, zone())}`);
  const shape = JSON.stringify([message.user, message.edited, message.pinned, message.ephemeral, message.reply_count, follows, hasBlocks, message.files]);
  if (shape !== parts.shape) frame(node, message, who, when, follows, hasBlocks);
  parts.shape = shape;
  if (hasBlocks) showBlocks(parts.blocks, message.blocks, surface(node));
  else parts.words.replaceChildren(mrkdwn(message.text ?? ''));
  return node;
}

const typedByPerson = (message) => !message.bot && message.blocks.every((block) => block.type === 'rich_text');

function frame(node, message, who, when, follows, hasBlocks) {
  const { parts, doing } = node.drawn;
  const stamp = el('time', { datetime: when.toISOString(), title: whole(when, zone()) }, time(when, zone()));
  const said = el('div', { class: 'said' },
    message.ephemeral ? el('p', { class: 'only-you' }, icon('eye'), ' Only visible to you') : null,
    message.pinned ? el('p', { class: 'is-pinned' }, icon('pin'), ' Pinned') : null,
    follows ? null : el('header', {}, el('b', {}, nameOf(who)), mark(who), stamp),
    hasBlocks ? parts.blocks : parts.words,
    message.files?.length ? shownFiles(message.files) : null,
    message.edited ? el('small', { class: 'edited' }, '(edited)') : null,
    doing.openThread && message.reply_count ? replies(message, doing) : null);
  node.replaceChildren(follows ? el('span', { class: 'when', 'aria-hidden': 'true' }, time(when, zone()).replace(/\s?[AP]M/, '')) : face(who), said);
  const tools = message.ephemeral ? null : toolbar(node, message);
  if (tools) node.append(tools);
}

function replies(message, doing) {
  const words = message.reply_count === 1 ? '1 reply' : `${message.reply_count} replies`;
  return el('button', { type: 'button', class: 'replies', onclick: () => doing.openThread(message.ts) }, icon('reply'), ' ', words);
}

function toolbar(node, message) {
  const { doing } = node.drawn;
  const shortcuts = () => (all().can.shortcuts ? all().shortcuts.filter((one) => one.type === 'message') : []);
  const mine = message.user === me().id;
  const thread = doing.openThread && el('button', {
    type: 'button', class: 'plain', tabindex: '-1', 'aria-label': 'Reply in thread', title: 'Reply in thread',
    onclick: () => doing.openThread(message.thread_ts ?? message.ts),
  }, icon('reply'));
  const start = (one) => does(node, 'message_shortcut', { callback_id: one.callback_id });
  const named = { class: 'plain', tabindex: '-1', 'aria-label': 'More about this message', title: 'More' };
  const more = (mine || shortcuts().length > 0) && menuButton(named, icon('more'), () => [
    ...shortcuts().map((one) => ({ label: one.name, detail: appName(), choose: () => start(one) })),
    ...(mine ? [{ label: 'Delete message', danger: true, choose: () => does(node, 'delete_message') }] : []),
  ]);
  return thread || more ? el('div', { class: 'tools', role: 'group', 'aria-label': 'Message actions' }, thread, more) : null;
}

function surface(node) {
  const { channelId, typing } = node.drawn;
  return {
    idFor: (block, element) => `in-${channelId}-${node.drawn.message.ts}-${block.block_id}-${element.action_id}`,
    state: (block, element) => stateOf(node, block, element),
    makeInput: (block) => typing.inputs.make(block),
    patchInput: (old, block) => typing.inputs.dress(old, block),
    click: (what) => typing.press(what),
    suggest: (block, element, typed) => typing.suggest(block, element, typed),
  };
}

async function does(node, what, details = {}) {
  const { channelId, message, doing } = node.drawn;
  tell(await act(me().id, what, { channel: channelId, ts: message.ts, ...details }));
  await doing.refresh();
}

/** The messages of a channel outside its threads, in their order. */
export const outsideThreads = (id) => (channel(id)?.messages ?? []).filter((one) => !one.thread_ts || one.thread_ts === one.ts || one.broadcast);
