/** The interconnect: an address at which nothing answers is a synchronous external abort. Arm ARM DDI0487 M.a.a, D1.4 and D8.17. */
import type { Access, Fault, Stage, Translation } from '../core/access.ts';
import { abort } from './fault.ts';
import { hex } from './format.ts';

export const bus: Stage = {
  name: 'Bus',
  refine(access: Access, translation: Translation): Fault | null {
    const { machine } = translation.core;
    const device = machine.deviceAt(access.pa);
    const answers = device ? device.accepts(access) : machine.answers(access.pa, access.size);
    translation.explanation?.step({
      unit: 'Bus',
      title: `Access to ${hex(access.pa)}`,
      section: 'Arm ARM D8.17',
      verdict: answers ? 'pass' : 'fault',
      note: answers
        ? `${device?.name ?? 'Memory'} answers at ${hex(access.pa)}.`
        : `Nothing answers at ${hex(access.pa)}: synchronous external abort.`,
    });
    return answers ? null : abort(access, 'external');
  },
};
