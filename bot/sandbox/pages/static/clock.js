// The practice clock in the top bar: what time it is, where it is on its way to, and a menu that turns it ahead.

import { turnClock } from './api.js';
import { el, icon } from './dom.js';
import { menuButton } from './menu.js';
import { announce, notice } from './notices.js';
import { all, now, zone } from './seen.js';
import { brief, whole } from './times.js';

let ours = null;
const STEPS = { monday: 'To Monday 09:00', hour: '+1 hour', day: '+1 day', week: '+1 week' };

/** Show the time in `home`, as a button for the menu of steps; after a step `refresh()` fetches what came. */
export function showClock(home, refresh) {
  home.hidden = !all().clock;
  if (home.hidden) return;
  const { turned, turning_to: to } = all().clock;
  const words = whole(now(), zone());
  sayWhereItStands(words, to);
  const button = home.querySelector('.clock-face') ?? hangUp(home, refresh);
  if (button.shown === words + turned + to) return;
  button.shown = words + turned + to;
  home.classList.toggle('turned', turned);
  button.title = to ? 'What is due on the way is said at its time' : `In ${zone()}`;
  button.ariaDisabled = String(Boolean(to));
  if (to) sayTheWay(button, new Date(to));
  else button.setAttribute('aria-label', `Practice clock, ${words}; turn it`);
  const mark = to ? `on its way to ${brief(new Date(to), zone())}` : turned && 'practice time';
  button.replaceChildren(icon('clock'), el('time', { class: 'at-length', datetime: now().toISOString() }, words),
    el('span', { class: 'in-brief' }, to ? mark : brief(now(), zone())), ...(mark ? [el('span', { class: 'badge' }, mark)] : []), icon('down'));
}

function sayTheWay(button, to) {
  const label = `Practice clock, on its way to ${whole(to, zone())}`;
  if (button.getAttribute('aria-label') === label) return;
  button.setAttribute('aria-label', label);
  announce(`The practice clock is on its way to ${whole(to, zone())}. What is due on the way is said at its time.`);
}

function hangUp(home, refresh) {
  const items = () => Object.entries(STEPS).map(([step, label]) => ({ label, choose: () => turn(step, refresh) }));
  home.replaceChildren(menuButton({ class: 'clock-face', 'aria-label': 'Turn the practice clock' }, '', items));
  return home.querySelector('.clock-face');
}

/** It sets out: no line is held until it stands, so that what is opened meanwhile is there at once. */
async function turn(step, refresh) {
  const answer = await turnClock(step, zone());
  if (!answer.ok) return notice(answer.refused ?? answer.error);
  ours = answer.version;
  await refresh();
}

/** What was turned here is read out once it stands; what was seen before it set out says nothing of that. */
function sayWhereItStands(words, to) {
  if (ours === null || to || all().version < ours) return;
  ours = null;
  if (all().clock.trouble) notice(all().clock.trouble);
  announce(`The practice clock says ${words}.`);
}
