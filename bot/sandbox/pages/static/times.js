// Moments as Slack words them, in the zone of the person who looks, by the practice clock.

const shown = new Map();

function words(moment, zone, options) {
  const key = `${zone}|${JSON.stringify(options)}`;
  if (!shown.has(key)) shown.set(key, new Intl.DateTimeFormat('en-US', { timeZone: zone || 'UTC', ...options }));
  return shown.get(key).format(moment);
}

const parts = {
  date_num: (at, zone) => words(at, zone, { year: 'numeric', month: '2-digit', day: '2-digit' }).replace(/(\d+)\/(\d+)\/(\d+)/, '$3-$1-$2'),
  date: (at, zone) => `${words(at, zone, { month: 'long' })} ${ordinal(at, zone)}, ${words(at, zone, { year: 'numeric' })}`,
  date_short: (at, zone) => words(at, zone, { month: 'short', day: 'numeric', year: 'numeric' }),
  date_long: (at, zone) => `${words(at, zone, { weekday: 'long' })}, ${parts.date(at, zone)}`,
  time: (at, zone) => words(at, zone, { hour: 'numeric', minute: '2-digit' }),
  time_secs: (at, zone) => words(at, zone, { hour: 'numeric', minute: '2-digit', second: '2-digit' }),
  ago: (at, zone, now) => ago(at, now),
};
for (const kind of ['date', 'date_short', 'date_long']) {
  parts[`${kind}_pretty`] = (at, zone, now) => nearDay(at, zone, now)?.toLowerCase() ?? parts[kind](at, zone);
}
parts.day_divider_pretty = (at, zone, now) => day(at, zone, now);

/** A `<!date>` pattern such as `{date_short_pretty} at {time}` filled in. */
export function dated(seconds, pattern, zone, now) {
  const at = new Date(seconds * 1000);
  const filled = pattern.replace(/\{(\w+)\}/g, (whole, name) => parts[name]?.(at, zone, now) ?? whole);
  return filled.charAt(0).toUpperCase() + filled.slice(1);
}

/** `ts` as a moment. */
export const momentOf = (ts) => new Date(Number(ts) * 1000);

export const time = (at, zone) => parts.time(at, zone);

/** The heading over a day's messages. */
export function day(at, zone, now) {
  const sameYear = words(at, zone, { year: 'numeric' }) === words(now, zone, { year: 'numeric' });
  return nearDay(at, zone, now)
    ?? words(at, zone, { weekday: 'long', month: 'long', day: 'numeric', year: sameYear ? undefined : 'numeric' });
}

/** A whole moment, for titles and for the practice clock. */
export const whole = (at, zone) =>
  words(at, zone, { weekday: 'short', month: 'short', day: 'numeric', year: 'numeric', hour: 'numeric', minute: '2-digit' });

/** The same without its year, where there is little room. */
export const brief = (at, zone) => words(at, zone, { weekday: 'short', month: 'short', day: 'numeric', hour: 'numeric', minute: '2-digit' });

export const dayKey = (at, zone) => words(at, zone, { year: 'numeric', month: '2-digit', day: '2-digit' });

/** `2026-03-05T09:00` on the wall of `zone` as seconds since 1970, and back. */
export function secondsOf(wall, zone) {
  const asIfUtc = Date.parse(`${wall}:00Z`) / 1000;
  const off = (seconds) => Date.parse(`${wallClock(seconds, zone)}:00Z`) / 1000 - seconds;
  return asIfUtc - off(asIfUtc - off(asIfUtc));
}

export const wallClock = (seconds, zone) =>
  new Date(Number(seconds) * 1000).toLocaleString('sv-SE', { timeZone: zone, dateStyle: 'short', timeStyle: 'short' }).replace(' ', 'T');

function nearDay(at, zone, now) {
  const key = dayKey(at, zone);
  const away = { Today: 0, Yesterday: -1, Tomorrow: 1 };
  return Object.keys(away).find((name) => dayKey(new Date(now.getTime() + away[name] * 86_400_000), zone) === key);
}

function ordinal(at, zone) {
  const number = Number(words(at, zone, { day: 'numeric' }));
  const ending = { one: 'st', two: 'nd', few: 'rd', other: 'th' };
  return number + ending[new Intl.PluralRules('en-US', { type: 'ordinal' }).select(number)];
}

function ago(at, now) {
  const minutes = Math.round((at - now) / 60_000);
  const relative = new Intl.RelativeTimeFormat('en-US', { numeric: 'auto' });
  if (Math.abs(minutes) < 60) return relative.format(minutes, 'minute');
  if (Math.abs(minutes) < 1440) return relative.format(Math.round(minutes / 60), 'hour');
  return relative.format(Math.round(minutes / 1440), 'day');
}
