// Pausing one's notifications: a row above the people one may be, as Slack has it above one's own name.

import { act } from './api.js';
import { el } from './dom.js';
import { menuButton } from './menu.js';
import { announce, notice } from './notices.js';
import { all, me, zone } from './seen.js';
import { brief } from './times.js';

const PAUSES = { 'an hour': 'For an hour', 'until tomorrow': 'Until tomorrow 09:00', 'until next week': 'Until Monday 09:00' };

/** What holds now, and the button that changes it; `refresh()` fetches what came of it. */
export function pauseRow(refresh) {
  const row = el('div', { class: 'pausing' });
  const show = () => row.replaceChildren(...parts(async (what, details) => {
    const answer = await act(me().id, what, details);
    if (!answer.ok) return notice(answer.refused ?? answer.error);
    await refresh();
    show();
    announce(sentence());
    row.querySelector('button').focus();
  }));
  show();
  return row;
}

function parts(change) {
  const items = () => Object.entries(PAUSES).map(([pause, label]) => ({ label, choose: () => change('pause_notifications', { for: pause }) }));
  const button = all().paused_until
    ? el('button', { type: 'button', class: 'button', onclick: () => change('resume_notifications') }, 'Turn them on again')
    : menuButton({ class: 'button' }, 'Pause notifications', items);
  return [el('span', {}, sentence()), button];
}

const sentence = () => (all().paused_until
  ? `You get no notifications until ${brief(new Date(all().paused_until), zone())}.`
  : 'You get notifications.');
