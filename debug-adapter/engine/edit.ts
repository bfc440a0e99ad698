/** What an edit by hand changed. */
import { type Machine, type MachineSnapshot, PAGE_SIZE } from '../../machine/index.ts';
import type { Edit } from './history.ts';

/** Leaves the machine as `after` has it. `pages`: those that may differ. */
export function difference(machine: Machine, before: MachineSnapshot, after: MachineSnapshot, pages: readonly number[]): Edit {
  const now = pages.map((page) => machine.memory.page(page).bytes);
  machine.restore(before);
  const cells = pages.flatMap((page, i) => changed(machine.memory.page(page).bytes, now[i], page * PAGE_SIZE));
  machine.restore(after);
  const registers = after.cores.flatMap(({ regs }, core) =>
    [...regs].flatMap((value, register) => (value === before.cores[core].regs[register] ? [] : [{ core, register }])),
  );
  return { cells, registers };
}

/** Runs of bytes that differ. */
function changed(before: Uint8Array, now: Uint8Array, base: number): { pa: number; size: number }[] {
  const runs: { pa: number; size: number }[] = [];
  for (let i = 0; i < now.length; i++) {
    if (now[i] === before[i]) continue;
    const last = runs.at(-1);
    if (last && last.pa + last.size === base + i) last.size++;
    else runs.push({ pa: base + i, size: 1 });
  }
  return runs;
}
