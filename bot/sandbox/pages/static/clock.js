// The practice clock in the top bar: what time it is, and a menu that turns it ahead.

import { turnClock } from './api.js';
import { el, icon } from './dom.js';
import { menuButton } from './menu.js';
import { announce, notice } from './notices.js';
import { all, now, zone } from './seen.js';
import { brief, whole } from './times.js';

const STEPS = { monday: 'To Monday 09:00', hour: '+1 hour', day: '+1 day', week: '+1 week' };

/** Show the time in `home`, as a button for the menu of steps; after a step `refresh()` fetches what came. */
export function showClock(home, refresh) {
  home.hidden = !all().clock;
  if (home.hidden) return;
  const { turned } = all().clock;
  const words = whole(now(), zone());
  const button = home.querySelector('.clock-face') ?? hangUp(home, refresh);
  if (button.shown === words + turned) return;
  button.shown = words + turned;
  home.classList.toggle('turned', turned);
  button.title = `In ${zone()}`;
  button.setAttribute('aria-label', `Practice clock, ${words}; turn it`);
  button.replaceChildren(icon('clock'), el('time', { class: 'at-length', datetime: now().toISOString() }, words),
    el('span', { class: 'in-brief' }, brief(now(), zone())), ...(turned ? [el('span', { class: 'badge' }, 'turned')] : []), icon('down'));
}

function hangUp(home, refresh) {
  const items = () => Object.entries(STEPS).map(([step, label]) => ({ label, choose: () => turn(step, refresh) }));
  home.replaceChildren(menuButton({ class: 'clock-face', 'aria-label': 'Turn the practice clock' }, '', items));
  return home.querySelector('.clock-face');
}

async function turn(step, refresh) {
  const answer = await turnClock(step, zone());
  if (!answer.ok) return notice(answer.refused ?? answer.error);
  await refresh();
  announce(`The practice clock says ${whole(now(), zone())}.`);
}
