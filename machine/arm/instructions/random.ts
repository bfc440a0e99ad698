/** Random numbers: reads of RNDR as one instruction. Arm ARM DDI0487 M.a.a, C6.2 (MRS), D24.2 (RNDR). */
import type { Core } from '../../core/core.ts';
import type { InstructionRow } from '../../core/instruction.ts';
import { EntropySource } from '../devices/entropy.ts';
import { R } from '../registers/index.ts';

function sourceOf(core: Core): EntropySource | undefined {
  return core.machine.devices.find((device) => device instanceof EntropySource);
}

export const RANDOM_INSTRUCTIONS: readonly InstructionRow[] = [
  {
    name: 'rndr',
    summary: 'Gives a 64-bit random number, drawn from the seed of the run, and clears NZCV: one was available.',
    section: 'Arm ARM C6.2, MRS of RNDR',
    operands: [],
    produces: true,
    execute(core) {
      const source = sourceOf(core);
      if (source === undefined) {
        core.fault ??= core.undefinedFault('RNDR is undefined without an entropy source');
        return 0n;
      }
      const { next } = source;
      core.after(() => {
        source.draw();
        core.write(R.NZCV, 0n);
      });
      return next;
    },
  },
];
