// Slack's mrkdwn and rich text turned into nodes; nothing in them can become markup of the page.

import { el } from './dom.js';
import { emoji, withEmoji } from './emoji.js';
import { channelName, me, now, personName, zone } from './seen.js';
import { dated } from './times.js';

const NEVER_INSIDE_WORD = { before: '(?<![\\p{L}\\p{N}])', after: '(?![\\p{L}\\p{N}])' };
const styled = (mark) => {
  const inside = `((?:<[^<>]*>|[^${mark}<\\n])+?)`;
  return `${NEVER_INSIDE_WORD.before}${mark}(?=\\S)${inside}(?<=\\S)${mark}${NEVER_INSIDE_WORD.after}`;
};
const PIECES = new RegExp(
  ['<([^<>\\n]+)>', '`([^`\\n]+)`', styled('\\*'), styled('_'), styled('~'), ':([a-z0-9_+\'-]+):', '(https?://[^\\s<>|]+[^\\s<>|.,;:!?)])'].join('|'),
  'gu',
);
const OURS = /^https:\/\/practice\.slack\.com\/archives\/(\w+)\/p(\d+)(\d{6})(?:\?thread_ts=(\d+\.\d+))?/;
const HARMLESS = /^(https?:|mailto:|tel:|slack:)/i;

/** Paragraphs, quotes and code of one mrkdwn text. */
export function mrkdwn(text) {
  const whole = document.createDocumentFragment();
  text.split(/```/).forEach((part, at, all) => {
    const code = at % 2 === 1 && at < all.length - 1;
    if (code) whole.append(el('pre', {}, plain(part.replace(/^\n|\n$/g, ''))));
    else whole.append(...lines(at % 2 === 1 ? '```' + part : part));
  });
  return whole;
}

/** A text object of a block: mrkdwn, or plain text that is shown as it is. */
export function textOf(object) {
  if (!object) return document.createTextNode('');
  if (typeof object === 'string') return document.createTextNode(object);
  if (object.type === 'mrkdwn') return mrkdwn(object.text);
  return broken(object.emoji === false ? object.text : withEmoji(object.text));
}

/** The elements of a `rich_text` block. */
export function richText(block) {
  return block.elements.map((part) => RICH[part.type]?.(part) ?? el('p', {}, `(${part.type})`));
}

/** A message in one short line, for pins and announcements. */
export function inShort(text, length = 120) {
  const line = el('p', {}, mrkdwn(text ?? '')).textContent.replace(/\s+/g, ' ').trim();
  return line.length > length ? `${line.slice(0, length - 1).trimEnd()}…` : line;
}

/** A link that can only ever lead somewhere, never run anything; to a message of this Slack it jumps there. */
export function link(url, ...label) {
  const [, at, seconds, rest, thread] = OURS.exec(url) ?? [];
  const here = at && `/?${new URLSearchParams({ user: me().id, at })}#${thread ?? `${seconds}.${rest}`}`;
  if (here) return el('a', { href: here }, ...(label.length ? label : [url]));
  if (!HARMLESS.test(url)) return el('span', {}, ...(label.length ? label : [url]));
  return el('a', { href: url, target: '_blank', rel: 'noopener noreferrer' }, ...(label.length ? label : [url]));
}

const plain = (text) => text.replace(/&lt;/g, '<').replace(/&gt;/g, '>').replace(/&amp;/g, '&');

function lines(text) {
  const groups = [];
  for (const line of text.split('\n')) {
    const quoted = /^(&gt;|>)/.test(line);
    const words = quoted ? line.replace(/^(&gt;|>)\s?/, '') : line;
    if (groups.length && groups.at(-1).quoted === quoted) groups.at(-1).lines.push(words);
    else groups.push({ quoted, lines: [words] });
  }
  return groups.flatMap(({ quoted, lines: some }) => {
    const inner = some.flatMap((line, at) => (at ? [el('br'), ...inline(line)] : inline(line)));
    return quoted ? [el('blockquote', {}, inner)] : inner;
  });
}

function inline(text) {
  const nodes = [];
  let from = 0;
  for (const found of text.matchAll(PIECES)) {
    const [whole, token, code, bold, italic, struck, shortcode, url] = found;
    const node =
      (token && reference(token)) || (code && el('code', {}, plain(code))) || (bold && el('strong', {}, inline(bold))) ||
      (italic && el('em', {}, inline(italic))) || (struck && el('s', {}, inline(struck))) ||
      (shortcode && emojiNode(shortcode)) || (url && link(plain(url)));
    if (!node) continue;
    nodes.push(plain(text.slice(from, found.index)), node);
    from = found.index + whole.length;
  }
  nodes.push(plain(text.slice(from)));
  return nodes.filter((node) => node !== '');
}

function reference(token) {
  const [target, label] = token.split(/\|(.*)/s);
  if (target.startsWith('@')) return mention(`@${personName(target.slice(1), label)}`);
  if (target.startsWith('#')) return mention(`#${channelName(target.slice(1), label)}`);
  if (target.startsWith('!date^')) return dateNode(target, label);
  if (target.startsWith('!subteam^')) return mention(label || '@group');
  if (target.startsWith('!')) return mention(`@${target.slice(1)}`);
  return link(plain(target), ...(label ? inline(label) : [plain(target.replace(/^mailto:/, ''))]));
}

function dateNode(target, fallback) {
  const [, seconds, pattern, url] = target.split('^');
  const words = dated(Number(seconds), pattern, zone(), now());
  const node = el('time', { datetime: new Date(seconds * 1000).toISOString(), title: plain(fallback ?? '') }, words);
  return url ? link(plain(url), node) : node;
}

const mention = (words) => el('span', { class: 'mention' }, words);

function emojiNode(name) {
  const picture = emoji(name);
  return picture && el('span', { class: 'emoji', role: 'img', 'aria-label': name.replace(/_/g, ' ') }, picture);
}

function broken(text) {
  const whole = document.createDocumentFragment();
  text.split('\n').forEach((line, at) => whole.append(...(at ? [el('br'), line] : [line])));
  return whole;
}

const RICH = {
  rich_text_section: (part) => el('p', {}, part.elements.map(leaf)),
  rich_text_quote: (part) => el('blockquote', {}, part.elements.map(leaf)),
  rich_text_preformatted: (part) => el('pre', {}, part.elements.map((one) => one.text ?? one.url ?? '')),
  rich_text_list: (part) => {
    const items = part.elements.map((item) => el('li', {}, item.elements.map(leaf)));
    const start = part.style === 'ordered' && part.offset ? part.offset + 1 : null;
    return el(part.style === 'ordered' ? 'ol' : 'ul', { start, 'data-indent': part.indent || null }, items);
  },
};

function leaf(one) {
  const node = LEAVES[one.type]?.(one) ?? one.text ?? `(${one.type})`;
  const style = one.style ?? {};
  let dressed = node;
  if (style.code) dressed = el('code', {}, dressed);
  if (style.bold) dressed = el('strong', {}, dressed);
  if (style.italic) dressed = el('em', {}, dressed);
  if (style.strike) dressed = el('s', {}, dressed);
  return dressed;
}

const LEAVES = {
  text: (one) => broken(one.text),
  link: (one) => link(one.url, one.text || one.url),
  user: (one) => mention(`@${personName(one.user_id)}`),
  channel: (one) => mention(`#${channelName(one.channel_id)}`),
  usergroup: () => mention('@group'),
  broadcast: (one) => mention(`@${one.range}`),
  emoji: (one) => emojiNode(one.name) ?? `:${one.name}:`,
  date: (one) => el('time', { title: one.fallback }, dated(one.timestamp, one.format, zone(), now())),
  color: (one) => el('code', {}, one.value),
  team: (one) => mention(one.team_id),
};
