// What a person fills in on its way to the app: after a pause while typing, at once for a choice, and always before a press.

import { act } from './api.js';
import { Inputs } from './inputs.js';
import { tell } from './notices.js';
import { me } from './seen.js';

const PAUSE = 400;

/** The inputs of one surface and the sending of their values; `where()` says which surface, as the acts want it. */
export class Typing {
  constructor({ prefix, where, state, errors = () => ({}), refresh }) {
    Object.assign(this, { where, refresh });
    this.waiting = new Map();
    this.line = Promise.resolve();
    this.inputs = new Inputs({
      prefix, state, errors, changed: (block, how) => this.changed(block, how),
      suggest: (block, typed) => this.suggest(block, block.element, typed),
    });
  }

  /** Tell the app at once or after a pause, if the input asks for it; `taken` means that Enter did something. */
  changed(block, how) {
    if (!block.dispatch_action) return '';
    const on = block.element.dispatch_action_config?.trigger_actions_on ?? ['on_enter_pressed'];
    if (how === 'chosen') return this.tellNow(block.block_id);
    if (how === 'entered' && on.includes('on_enter_pressed')) return this.tellNow(block.block_id, { enter: true });
    if (how === 'typed' && on.includes('on_character_entered')) this.tellLater(block.block_id);
    return '';
  }

  tellLater(id) {
    clearTimeout(this.waiting.get(id));
    this.waiting.set(id, setTimeout(() => this.tellNow(id), PAUSE));
  }

  tellNow(id, { enter = false } = {}) {
    clearTimeout(this.waiting.get(id));
    this.waiting.delete(id);
    const value = this.inputs.values()[id] ?? null;
    this.inputs.sent({ [id]: value });
    this.line = this.line.then(() => act(me().id, 'type', { ...this.where(), block_id: id, value, enter })).then(tell);
    this.line.then(() => this.refresh());
    return 'taken';
  }

  /** Everything filled in so far is told before anything else happens. */
  async settle() {
    for (const id of [...this.waiting.keys(), ...Object.keys(this.inputs.unsent())]) this.tellNow(id);
    await this.line;
  }

  /** What the app offers in a menu that asks it. */
  async suggest(block, element, typed) {
    const answer = await act(me().id, 'suggest', { ...this.where(), block_id: block.block_id, action_id: element.action_id, value: typed });
    tell(answer);
    return answer.response;
  }

  /** Press something on this surface. */
  async press(what) {
    await this.settle();
    tell(await act(me().id, 'click', { ...this.where(), ...what }));
    await this.refresh();
  }
}
