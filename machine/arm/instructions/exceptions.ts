/** Instructions that take an exception or return from one. Arm ARM DDI0487 M.a.a, C6.2 and D1.4. */
import type { Core } from '../../core/core.ts';
import type { InstructionRow } from '../../core/instruction.ts';
import { bit, bits } from '../bits.ts';
import type { ArmCore } from '../core.ts';
import { R } from '../registers/index.ts';
import { EC } from '../registers/syndrome-fields.ts';
import { stateAt, WORLD_OF_NSE_NS } from '../states.ts';
import { syndrome, WFI_ISS } from '../syndrome.ts';
import { OFFSET_SYNC } from '../vectors.ts';
import { SECURE } from '../worlds.ts';

const ARGUMENTS = Array.from({ length: 18 }, (_, n) => `x${n}`);

/** The instruction after this one: where a call returns to. */
const following = (core: Core) => BigInt.asUintN(64, core.pc + 4n);

function secureMonitorCall(core: ArmCore, immediate: number): void {
  const { regs } = core;
  // SCR_EL3.SMD makes SMC undefined at every level. C6.2, SMC.
  if (bit(regs[R.SCR_EL3], 7)) {
    core.fault = core.undefinedFault('SMC is disabled by SCR_EL3.SMD');
    return;
  }
  const from = core.state;
  const [fid, x1, x2, x3] = [regs[R.x0], regs[R.x1], regs[R.x2], regs[R.x3]];
  core.emit({ kind: 'smc', fid, imm: immediate, from, to: stateAt(3, 0), x1, x2, x3 });
  core.raise({ target: 3, syndrome: syndrome(EC.EC_SMC64, immediate), cause: 'SMC', offset: OFFSET_SYNC }, following(core));
}

function hypervisorCall(core: ArmCore, immediate: number): void {
  const { regs } = core;
  // SCR_EL3.HCE enables HVC, also at EL3 itself, where it is taken to EL3. C6.2, HVC.
  if (!bit(regs[R.SCR_EL3], 8)) {
    core.fault = core.undefinedFault('HVC is not enabled by SCR_EL3.HCE');
    return;
  }
  core.emit({ kind: 'hvc', imm: immediate, from: core.state, to: core.state, x0: regs[R.x0] });
  core.raise({ target: core.el, syndrome: syndrome(EC.EC_HVC64, immediate), cause: 'HVC', offset: OFFSET_SYNC }, following(core));
}

/** PSTATE bits that an exception return restores: NZCV, IL, DAIF and M[3:0]. C5.2, SPSR_EL3. */
const RESTORED = 0xf010_03cf;

/** Why a return to the mode in `spsr` is illegal; empty if it is legal. D1.4, "Illegal exception returns from AArch64 state". */
function illegality(core: ArmCore, spsr: bigint): string {
  const scr = core.regs[R.SCR_EL3];
  const el = bits(spsr, 3, 2);
  const { nseNs } = core;
  if (bit(spsr, 4)) return 'SPSR.M[4] is 1: AArch32 is not implemented';
  if (bit(spsr, 1)) return 'SPSR.M[1] is 1: a reserved mode';
  if (el === 0 && bit(spsr, 0)) return 'SPSR.M is 0b0001: EL0 has no stack pointer of its own';
  if (el > core.el) return `SPSR.M selects EL${el}, above the current level`;
  if (el === 3) return '';
  if (WORLD_OF_NSE_NS[nseNs] < 0) return 'SCR_EL3.{NSE, NS} is 0b10, which is reserved';
  if (el === 2 && WORLD_OF_NSE_NS[nseNs] === SECURE && !bit(scr, 18)) return 'Secure EL2 is not enabled by SCR_EL3.EEL2';
  if (el === 1 && bit(core.regs[R.HCR_EL2], 27)) return 'HCR_EL2.TGE is 1: EL1 cannot be entered';
  return '';
}

/** Where each level returns to, and as what. */
const LINKS = [
  undefined,
  { spsr: R.SPSR_EL1, elr: R.ELR_EL1 },
  { spsr: R.SPSR_EL2, elr: R.ELR_EL2 },
  { spsr: R.SPSR_EL3, elr: R.ELR_EL3 },
] as const;

function exceptionReturn(core: ArmCore): void {
  const { regs } = core;
  const link = LINKS[core.el];
  if (link === undefined) {
    core.fault = core.undefinedFault('ERET is undefined at EL0');
    return;
  }
  const spsr = regs[link.spsr];
  const target = regs[link.elr];
  const problem = illegality(core, spsr);
  if (problem !== '') {
    core.returnIllegally(spsr, target, problem);
    return;
  }
  const el = bits(spsr, 3, 2);
  const world = WORLD_OF_NSE_NS[core.nseNs];
  if (el < 3 && core.hostsAtEl2()) {
    core.absent('HCR_EL2.E2H');
    core.redirect(core.pc);
    return;
  }
  core.returnTo(stateAt(el, world < 0 ? 0 : world), bits(spsr, 31, 0) & RESTORED, target);
}

function waitForInterrupt(core: ArmCore): void {
  // SCR_EL3.TWI traps WFI below EL3; the trapped instruction is the return address. C6.2, WFI.
  if (core.el < 3 && bit(core.regs[R.SCR_EL3], 12)) {
    core.raise({ target: 3, syndrome: syndrome(EC.EC_WFX, WFI_ISS), cause: 'trapped WFI', offset: OFFSET_SYNC }, core.pc);
    return;
  }
  core.status = 'waiting';
}

const IMMEDIATE_BITS = 16;

export const EXCEPTION_INSTRUCTIONS: readonly InstructionRow[] = [
  {
    name: 'smc',
    summary: 'Secure monitor call: an exception taken to EL3. Arguments are written to x0, x1, … first; the result is x0.',
    section: 'Arm ARM C6.2, SMC',
    operands: [],
    variadic: ARGUMENTS,
    immediate: IMMEDIATE_BITS,
    result: 'x0',
    execute(core, args) {
      secureMonitorCall(core as ArmCore, Number(args[0] ?? 0n));
      return undefined;
    },
  },
  {
    name: 'hvc',
    summary: 'Hypervisor call: an exception taken to EL2. Arguments are written to x0, x1, … first; the result is x0.',
    section: 'Arm ARM C6.2, HVC',
    operands: [],
    variadic: ARGUMENTS,
    immediate: IMMEDIATE_BITS,
    result: 'x0',
    execute(core, args) {
      hypervisorCall(core as ArmCore, Number(args[0] ?? 0n));
      return undefined;
    },
  },
  {
    name: 'eret',
    summary: 'Exception return: restores PSTATE from SPSR and goes on at ELR of the current level.',
    section: 'Arm ARM C6.2, ERET',
    operands: [],
    control: 'return',
    execute(core) {
      exceptionReturn(core as ArmCore);
      return undefined;
    },
  },
  {
    name: 'wfi',
    summary: 'Wait for interrupt: the core is idle until one is pending.',
    section: 'Arm ARM C6.2, WFI',
    operands: [],
    execute(core) {
      waitForInterrupt(core as ArmCore);
      return undefined;
    },
  },
];
