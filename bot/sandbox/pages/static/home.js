// The app's own place: its Home tab and its Messages tab.

import { act } from './api.js';
import { showBlocks } from './blocks.js';
import { conversation } from './conversation.js';
import { el } from './dom.js';
import { tell } from './notices.js';
import { face } from './people.js';
import { all, app, appConversation, appName, me } from './seen.js';
import { Typing } from './typing.js';

/** Build the app's place, opened at `tab`; `go(tab)` is called when the person picks the other one. */
export function appPlace(tab, { refresh, openThread, go }) {
  const tabs = ['home', 'messages'].filter((name) => name !== 'home' || all().can.home);
  const head = el('div', { class: 'place-head app-head' }, el('h1', {}, face(app(), 'small'), appName()),
    el('div', { class: 'tabs', role: 'tablist', 'aria-label': 'App' }, tabs.map((name) => tabButton(name, tab, go))));
  head.addEventListener('keydown', (event) => {
    if (tabs.length === 2 && ['ArrowLeft', 'ArrowRight'].includes(event.key)) go(tabs.find((name) => name !== tab));
  });
  act(me().id, 'home', { tab }).then(tell).then(refresh);
  return tab === 'home' ? homeTab(head, refresh) : messagesTab(head, refresh, openThread);
}

function tabButton(name, current, go) {
  const chosen = name === current;
  return el('button', {
    type: 'button', role: 'tab', id: `tab-${name}`, 'aria-selected': String(chosen), 'aria-controls': 'app-panel',
    tabindex: chosen ? '0' : '-1', onclick: () => go(name),
  }, name === 'home' ? 'Home' : 'Messages');
}

function messagesTab(head, refresh, openThread) {
  const place = conversation(appConversation()?.id ?? null, {
    refresh, openThread, heading: head, openSoon: () => appConversation()?.id ?? null,
  });
  place.node.id = 'app-panel';
  return place;
}

function homeTab(head, refresh) {
  const blocks = el('div', { class: 'blocks home-blocks', 'data-surface': 'home', tabindex: '-1' });
  const empty = el('p', { class: 'quiet', hidden: true }, `${appName()} has put nothing here yet.`);
  const panel = el('div', { class: 'scroll', id: 'app-panel', role: 'tabpanel', 'aria-labelledby': 'tab-home', tabindex: '0' }, empty, blocks);
  const state = (block, element) => all().home?.state?.values?.[block.block_id]?.[element.action_id];
  const typing = new Typing({ prefix: 'home', where: () => ({ home: true }), state: (block) => state(block, block.element), refresh });
  const surface = {
    heading: 'h2',
    state,
    idFor: (block, element) => `home-${block.block_id}-${element.action_id}`,
    makeInput: (block) => typing.inputs.make(block),
    patchInput: (node, block) => typing.inputs.dress(node, block),
    click: (what) => typing.press(what),
    suggest: (block, element, typed) => typing.suggest(block, element, typed),
  };
  const show = () => {
    showBlocks(blocks, all().home?.blocks ?? [], surface);
    empty.hidden = Boolean(all().home);
  };
  return { node: el('section', { class: 'conversation' }, head, panel), show };
}
