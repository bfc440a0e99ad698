/** Instructions that wait for an interrupt or an event, and those that send one. Arm ARM DDI0487 M.a.a, C6.2 and D1.6. */
import type { InstructionRow } from '../../core/instruction.ts';
import { bit } from '../bits.ts';
import type { ArmCore } from '../core.ts';
import { R } from '../registers/index.ts';
import { EC } from '../registers/syndrome-fields.ts';
import { generalTarget, HCR, hcr, SCR, scr } from '../routing.ts';
import { syndrome, WFX_ISS } from '../syndrome.ts';
import { OFFSET_SYNC } from '../vectors.ts';

interface Wait {
  readonly name: 'WFI' | 'WFE';
  /** ISS.TI of a trapped one. */
  readonly ti: number;
  /** Bits that trap it: SCTLR_EL1.nTWx where 0, the others where 1. */
  readonly sctlr: number;
  readonly hcr: number;
  readonly scr: number;
}

const WFI: Wait = { name: 'WFI', ti: 0, sctlr: 16, hcr: HCR.TWI, scr: SCR.TWI };
const WFE: Wait = { name: 'WFE', ti: 1, sctlr: 18, hcr: HCR.TWE, scr: SCR.TWE };

/** The level that a wait is trapped to, lowest first; 0 if it is not. C6.2, AArch64.CheckForWFxTrap(). */
function trapTarget(core: ArmCore, wait: Wait): number {
  if (core.el === 0 && !bit(core.regs[R.SCTLR_EL1], wait.sctlr)) return generalTarget(core);
  if (core.el < 2 && hcr(core, wait.hcr)) return 2;
  return core.el < 3 && scr(core, wait.scr) ? 3 : 0;
}

/** Only a wait that would suspend the PE is trapped; the return address is the trapped instruction. */
function suspend(core: ArmCore, wait: Wait): void {
  const target = trapTarget(core, wait);
  if (target === 0) core.wait(wait.name);
  else {
    const iss = WFX_ISS | wait.ti;
    core.raise({ target, syndrome: syndrome(EC.EC_WFX, iss), cause: `trapped ${wait.name}`, offset: OFFSET_SYNC }, core.pc);
  }
}

function hint(name: string, summary: string, act: (core: ArmCore) => void): InstructionRow {
  return {
    name,
    summary,
    section: `Arm ARM C6.2, ${name.toUpperCase()}`,
    operands: [],
    execute(core) {
      act(core as ArmCore);
      return undefined;
    },
  };
}

export const WAITING_INSTRUCTIONS: readonly InstructionRow[] = [
  hint('wfi', 'Wait for interrupt: the core is idle until one is pending, masked or not.', (core) => {
    if (core.signals === 0) suspend(core, WFI);
  }),
  hint('wfe', 'Wait for event: the core is idle until its event register is set or an interrupt that is not masked arrives.', (core) => {
    if (!core.takeEvent() && !core.isInterrupted()) suspend(core, WFE);
  }),
  hint('sev', 'Send event: sets the event register of every core.', (core) => {
    for (const other of core.machine.cores as readonly ArmCore[]) other.sendEvent();
  }),
  hint('sevl', 'Send event local: sets the event register of this core.', (core) => core.sendEvent()),
];
