// The way to the practice Slack: what a person sees, what they do, and word of every change.

/** Everything `user` sees now, with the messages of `channel` only; null if there is no such person. */
export const see = (user, channel) => get(`see?${new URLSearchParams({ user, channel })}`);

/** The whole workspace from above: everybody who can be chosen, and who is in which channel. */
export const workspace = () => get('state');

/** A lost line is for the stream to notice; it calls again when it is back. */
async function get(path) {
  const response = await fetch(`/practice/${path}`).catch(() => null);
  return response?.ok ? response.json() : null;
}

/** Do `what` as `user`. A refusal is an answer like any other; only a lost connection is an error. */
export const act = (user, what, details = {}) => post(`act/${what}`, { user, ...details });

/** Have the practice clock set out a step ahead: `monday`, `hour`, `day` or `week`, by the calendar of `zone`. */
export const turnClock = (step, zone) => post('clock/set_out', { step, zone });

async function post(path, body) {
  try {
    const response = await fetch(`/practice/${path}`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(body),
    });
    const answer = await response.json().catch(() => ({}));
    return { ok: response.ok, ...answer };
  } catch {
    return { ok: false, refused: 'The practice Slack is not answering. Is it still running?' };
  }
}

/**
 * Call `changed` whenever anything changes for `user`, and `lost` with whether the line is down.
 * A browser has six lines to one place for all its tabs: one that nobody sees lets go of its own.
 */
export function listen(user, changed, lost) {
  let stream = null;
  const follow = () => {
    if (document.hidden) stream = stream?.close();
    else stream ??= streamOf(user, changed, lost);
  };
  document.addEventListener('visibilitychange', follow);
  follow();
}

function streamOf(user, changed, lost) {
  const stream = new EventSource(`/practice/stream?${new URLSearchParams({ user })}`);
  stream.onopen = () => { lost(false); changed(); };
  stream.onerror = () => lost(true);
  stream.onmessage = () => changed();
  return stream;
}
