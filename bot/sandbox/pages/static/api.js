// The way to the practice Slack: what a person sees, what they do, and word of every change.

/** Everything `user` sees now. */
export async function see(user) {
  const response = await fetch(`/practice/see?${new URLSearchParams({ user })}`);
  if (!response.ok) throw new Error(`see answered ${response.status}`);
  return response.json();
}

/** Everybody who can be chosen. */
export async function everyone() {
  const response = await fetch('/practice/people');
  if (!response.ok) throw new Error(`people answered ${response.status}`);
  return (await response.json()).people;
}

/** Do `what` as `user`. A refusal is an answer like any other; only a lost connection is an error. */
export async function act(user, what, details = {}) {
  try {
    const response = await fetch(`/practice/act/${what}`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ user, ...details }),
    });
    const answer = await response.json().catch(() => ({}));
    return { ok: response.ok, ...answer };
  } catch {
    return { ok: false, refused: 'The practice Slack is not answering. Is it still running?' };
  }
}

/** Call `changed` whenever anything changes for `user`, and `lost` with whether the line is down. */
export function listen(user, changed, lost) {
  const stream = new EventSource(`/practice/stream?${new URLSearchParams({ user })}`);
  stream.onopen = () => { lost(false); changed(); };
  stream.onerror = () => lost(true);
  stream.onmessage = () => changed();
}
