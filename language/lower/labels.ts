/** Labels: positions in code that are known once an image is laid out. */
import type { Draft } from './context.ts';
import type { Label } from './ir.ts';

/** A position that nothing has been bound to yet. */
export const newLabel = (): Label => ({ index: -1 });

/** Labels are shared objects: binding one to another makes both name the same word after layout. */
const followers = new WeakMap<Label, Label[]>();
export function bind(label: Label, to: Label): void {
  const list = followers.get(to) ?? [];
  list.push(label);
  followers.set(to, list);
}

/** Sets the index of a word, and of every label that names it. */
export function settle(label: Label, index: number): void {
  label.index = index;
  for (const follower of followers.get(label) ?? []) settle(follower, index);
}

/** Labels of dropped words move on to the next word that stays. */
export function redirectLabels(all: readonly Draft[], kept: readonly Draft[]): readonly Draft[] {
  if (all.length === kept.length) return all;
  const stays = new Set(kept);
  for (const [i, draft] of all.entries()) {
    if (stays.has(draft)) continue;
    const next = all.slice(i + 1).find((d) => stays.has(d));
    if (next) bind(draft.label, next.label);
  }
  return kept;
}
