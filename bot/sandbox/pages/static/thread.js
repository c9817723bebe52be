// The panel beside a channel with one message and its replies.

import { composer } from './composer.js';
import { el, icon } from './dom.js';
import { showMessages, walkable } from './messages.js';
import { channel } from './seen.js';

let open = null;
const panel = () => document.getElementById('thread');

/** Open the thread under `ts`; `closed` is called when the person closes it. */
export function openThread(channelId, ts, { refresh, closed }) {
  if (open?.channelId === channelId && open.ts === ts) return open.answer.focusBox();
  const list = walkable(el('ol', { class: 'messages', role: 'list', tabindex: '0', 'aria-label': 'Messages in this thread' }));
  const scroll = el('div', { class: 'scroll' }, list);
  const answer = composer({
    label: 'Reply', where: () => ({ channel: channelId, thread_ts: ts }), channel: () => channelId, thread: ts, refresh,
  });
  panel().replaceChildren(
    el('div', { class: 'place-head' }, el('h2', {}, 'Thread'),
      el('button', { type: 'button', class: 'plain', 'aria-label': 'Close thread', onclick: closed }, icon('close'))),
    scroll, el('div', { class: 'place-foot' }, answer));
  open = { channelId, ts, list, scroll, answer, refresh, shown: 0 };
  panel().hidden = false;
  showThread();
  answer.focusBox();
}

export function closeThread() {
  open = null;
  panel().hidden = true;
  panel().replaceChildren();
}

export function showThread() {
  if (!open) return;
  const messages = (channel(open.channelId)?.messages ?? []).filter((one) => one.ts === open.ts || one.thread_ts === open.ts);
  showMessages(open.list, open.channelId, messages, { refresh: open.refresh });
  if (messages.length !== open.shown) open.scroll.scrollTop = open.scroll.scrollHeight;
  open.shown = messages.length;
}
