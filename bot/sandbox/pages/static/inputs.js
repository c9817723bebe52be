// Input blocks: label, hint, error and control, and the values a person has put in them.

import { el } from './dom.js';
import { control, initial, stated } from './fields.js';
import { textOf } from './mrkdwn.js';

const same = (one, other) => JSON.stringify(one ?? null) === JSON.stringify(other ?? null);

/**
 * The input blocks of one surface. `state(block)` is what the practice Slack holds for a block;
 * `errors()` maps block ids to sentences; `changed(block, how, value)` hears of every change,
 * `suggest(block, typed)` asks the app.
 */
export class Inputs {
  constructor({ prefix, state, errors, changed, suggest }) {
    Object.assign(this, { prefix, state, errors, changed, suggest });
    this.fields = new Map();
  }

  make(block) {
    const id = `${this.prefix}-${block.block_id}`;
    const parts = {
      label: el('span', { class: 'label', id: `${id}-label` }), hint: el('p', { class: 'hint', id: `${id}-hint` }),
      error: el('p', { class: 'error', id: `${id}-error`, role: 'alert' }), home: el('div', { class: 'control' }),
    };
    const node = el('div', { class: 'input' }, parts.label, parts.home, parts.hint, parts.error);
    node.input = { id, parts };
    return this.dress(node, block);
  }

  /** Bring label, hint and error up to date; the control stays while its `action_id` and its choices do. */
  dress(node, block) {
    const { id, parts } = node.input;
    const { element } = block;
    const shape = JSON.stringify(Object.entries(element).filter(([name]) => !name.startsWith('initial_')));
    const before = this.fields.get(block.block_id);
    if (!before || before.node !== node || before.shape !== shape) this.renew(node, block, shape, before);
    const field = this.fields.get(block.block_id);
    field.block = block;
    const tickable = field.control.node.matches('.tick-field');
    const label = el(tickable ? 'span' : 'label', { class: 'label', id: `${id}-label`, for: tickable ? null : id }, textOf(block.label),
      block.optional ? el('small', {}, ' (optional)') : null);
    parts.label.replaceWith(label);
    parts.label = label;
    parts.hint.replaceChildren(textOf(block.hint));
    parts.hint.hidden = !block.hint;
    this.mark(node, field);
    this.follow(field);
    return node;
  }

  renew(node, block, shape, before) {
    const { id, parts } = node.input;
    const field = { node, block, shape };
    field.control = control(block.element, {
      id, changed: (how) => this.heard(field, how), suggest: (typed) => this.suggest(field.block, typed),
    });
    if (!field.control) throw new Error(`A form cannot show a ${block.element.type}.`);
    const kept = before && before.block.element.action_id === block.element.action_id;
    field.touched = Boolean(kept && before.touched);
    field.known = field.touched ? before.known : this.held(block);
    if (field.touched) field.control.write(before.control.read(), before.control.option?.());
    else this.write(field, field.known);
    const focused = kept && before.control.node.contains(document.activeElement);
    parts.home.replaceChildren(field.control.node);
    this.fields.set(block.block_id, field);
    if (focused) this.focus(block.block_id);
  }

  heard(field, how) {
    field.touched = true;
    return this.changed(field.block, how, field.control.read());
  }

  /** Show what the practice Slack holds, but never over words the person here has typed. */
  follow(field) {
    const held = this.held(field.block);
    if (field.touched || same(held, field.known)) return;
    this.write(field, held);
    field.known = held;
  }

  /** A menu that asks shows the words of a choice, which come with it. */
  write(field, value) {
    const state = this.state(field.block), { element } = field.block;
    field.control.write(value, state?.selected_option ?? state?.selected_options ?? element.initial_option ?? element.initial_options);
  }

  held(block) {
    const state = this.state(block);
    return (state === undefined ? initial(block.element) : stated(state)) ?? null;
  }

  mark(node, field) {
    const { id, parts } = node.input;
    const error = this.errors()?.[field.block.block_id];
    if (parts.error.textContent !== (error ?? '')) parts.error.textContent = error ?? '';
    parts.error.hidden = !error;
    node.classList.toggle('has-error', Boolean(error));
    const target = field.control.node.querySelector('select, [role=combobox]') ?? field.control.node;
    const described = [field.block.hint && `${id}-hint`, error && `${id}-error`].filter(Boolean).join(' ');
    if (described) target.setAttribute('aria-describedby', described);
    else target.removeAttribute('aria-describedby');
    target.toggleAttribute('aria-required', !field.block.optional && target.matches('input, textarea, select, [role=radiogroup]'));
    if (target.hasAttribute('aria-required')) target.setAttribute('aria-required', 'true');
    if (error) target.setAttribute('aria-invalid', 'true');
    else target.removeAttribute('aria-invalid');
    if (target.matches('.tick-field')) target.setAttribute('aria-labelledby', `${id}-label`);
  }

  /** Forget the blocks that are gone. */
  prune(blocks) {
    const here = new Set(blocks.map((block) => block.block_id));
    for (const id of this.fields.keys()) if (!here.has(id)) this.fields.delete(id);
  }

  /** Every value as it is on the page, by block. */
  values() {
    return Object.fromEntries([...this.fields].map(([id, field]) => [id, field.control.read()]));
  }

  /** The values the practice Slack does not hold yet. */
  unsent() {
    const changed = [...this.fields].filter(([, field]) => field.touched && !same(field.control.read(), field.known));
    return Object.fromEntries(changed.map(([id, field]) => [id, field.control.read()]));
  }

  sent(values) {
    for (const [id, value] of Object.entries(values)) if (this.fields.has(id)) this.fields.get(id).known = value;
  }

  focus(id) {
    const node = this.fields.get(id)?.control.node;
    (node?.matches('[data-field]') ? node : node?.querySelector('[data-field]'))?.focus();
  }
}
