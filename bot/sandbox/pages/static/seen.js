// What the person at the page sees now, and the few questions every part of the page asks about it.

/** The workspace the app is installed in. */
const HOME = 'T0PRACTICE';

let seen = { me: { id: '' }, people: [], channels: [], joinable: [], can: {}, commands: [], shortcuts: [], notices: [] };
let people = new Map();
let clockAhead = 0;

/** Take in a new answer, with the messages of channel `asked` or, where that is empty, of all: those known of others stay. */
export function take(answer, asked) {
  const known = new Map(seen.channels.map((one) => [one.id, one.messages]));
  for (const one of answer.channels) if (asked && one.id !== asked) one.messages = known.get(one.id) ?? one.messages;
  seen = answer;
  people = new Map([...answer.people, answer.me].map((person) => [person.id, person]));
  clockAhead = answer.clock ? new Date(answer.clock.now) - Date.now() : 0;
}

export const all = () => seen;
export const me = () => seen.me;
export const zone = () => seen.me.tz || 'UTC';
/** The practice clock, running on from the last answer. */
export const now = () => new Date(Date.now() + clockAhead);

export const person = (id) => people.get(id);
export const channel = (id) => seen.channels.find((one) => one.id === id);
export const isApp = (one) => Boolean(one?.is_bot);

export function personName(id, otherwise) {
  const known = people.get(id);
  return known ? nameOf(known) : otherwise || id;
}

export const nameOf = (one) => one.real_name || one.display_name || one.name || one.id;

export const channelName = (id, otherwise) => channel(id)?.name || otherwise || 'private channel';

/** The app whose bot this Slack is for, and the conversation with it, if there is one yet. */
export const app = () => people.get(seen.app?.id) ?? (seen.app ? { ...seen.app, is_bot: true } : undefined);
export const appName = () => (app() ? nameOf(app()) : 'the app');
export const appConversation = () => seen.channels.find((one) => one.is_im && one.peer === app()?.id);

/** Why someone is not an ordinary member, in the words of a small mark. */
export function standing(one) {
  if (isApp(one)) return 'App';
  if (one.guest === 'single') return 'Guest, one channel';
  if (one.guest) return 'Guest';
  if (one.team_id !== HOME) return 'Other workspace';
  return '';
}
