/** Instructions that take an exception or return from one. Arm ARM DDI0487 M.a.a, C6.2 and D1.4. */
import type { Core } from '../../core/core.ts';
import type { InstructionRow } from '../../core/instruction.ts';
import { bit, bits } from '../bits.ts';
import type { ArmCore } from '../core.ts';
import { R } from '../registers/index.ts';
import { EC } from '../registers/syndrome-fields.ts';
import { breakpointTarget, generalTarget, HCR, hcr, SCR, scr } from '../routing.ts';
import { stateAt, WORLD_OF_NSE_NS } from '../states.ts';
import { syndrome } from '../syndrome.ts';
import { OFFSET_SYNC } from '../vectors.ts';
import { SECURE } from '../worlds.ts';

const ARGUMENTS = Array.from({ length: 18 }, (_, n) => `x${n}`);

/** The instruction after this one: where a call returns to. */
const following = (core: Core) => BigInt.asUintN(64, core.pc + 4n);

function supervisorCall(core: ArmCore, imm: number): void {
  const { regs } = core;
  const target = generalTarget(core);
  core.emit({ kind: 'svc', imm, from: core.state, to: core.stateAt(target), x0: regs[R.x0], x8: regs[R.x8] });
  core.raise({ target, syndrome: syndrome(EC.EC_SVC64, imm), cause: 'SVC', offset: OFFSET_SYNC }, following(core));
}

/** EL1's SMC is trapped by HCR_EL2.TSC before SCR_EL3.SMD is looked at; a trapped one returns to itself. C6.2, SMC. */
function secureMonitorCall(core: ArmCore, imm: number): void {
  const trapped = core.el === 1 && hcr(core, HCR.TSC);
  if (core.el === 0) core.fault = core.undefinedFault('SMC is undefined at EL0');
  else if (!trapped && scr(core, SCR.SMD)) core.fault = core.undefinedFault('SMC is disabled by SCR_EL3.SMD');
  if (core.fault !== null) return;
  const { regs, state: from } = core;
  const target = trapped ? 2 : 3;
  const [fid, x1, x2, x3] = [regs[R.x0], regs[R.x1], regs[R.x2], regs[R.x3]];
  core.emit({ kind: 'smc', fid, imm, from, to: core.stateAt(target), x1, x2, x3 });
  const cause = trapped ? 'trapped SMC' : 'SMC';
  core.raise({ target, syndrome: syndrome(EC.EC_SMC64, imm), cause, offset: OFFSET_SYNC }, trapped ? core.pc : following(core));
}

/** Why HVC is undefined; empty if it is not. With EL3 implemented HCR_EL2.HCD is RES0, and SCR_EL3.HCE decides. C6.2, HVC. */
function noHypervisorCall(core: ArmCore): string {
  if (core.el === 0) return 'HVC is undefined at EL0';
  if (core.el === 1 && !core.el2Enabled) return 'HVC is undefined while EL2 is not enabled in Secure state';
  return scr(core, SCR.HCE) ? '' : 'HVC is not enabled by SCR_EL3.HCE';
}

function hypervisorCall(core: ArmCore, imm: number): void {
  const problem = noHypervisorCall(core);
  if (problem !== '') {
    core.fault = core.undefinedFault(problem);
    return;
  }
  const target = Math.max(2, core.el);
  core.emit({ kind: 'hvc', imm, from: core.state, to: core.stateAt(target), x0: core.regs[R.x0] });
  core.raise({ target, syndrome: syndrome(EC.EC_HVC64, imm), cause: 'HVC', offset: OFFSET_SYNC }, following(core));
}

/** The exception returns to BRK itself: whoever handles it decides how to go on. C6.2, BRK. */
function breakpoint(core: ArmCore, imm: number): void {
  const target = breakpointTarget(core);
  core.raise({ target, syndrome: syndrome(EC.EC_BRK64, imm), cause: 'BRK', offset: OFFSET_SYNC }, core.pc);
}

/** PSTATE bits that an exception return restores: NZCV, IL, DAIF and M[3:0]. C5.2, SPSR_EL3. */
const RESTORED = 0xf010_03cf;

/** Why a return to the mode in `spsr` is illegal; empty if it is legal. D1.4, "Illegal exception returns from AArch64 state". */
function illegality(core: ArmCore, spsr: bigint): string {
  const el = bits(spsr, 3, 2);
  const { nseNs } = core;
  if (bit(spsr, 4)) return 'SPSR.M[4] is 1: AArch32 is not implemented';
  if (bit(spsr, 1)) return 'SPSR.M[1] is 1: a reserved mode';
  if (el === 0 && bit(spsr, 0)) return 'SPSR.M is 0b0001: EL0 has no stack pointer of its own';
  if (el > core.el) return `SPSR.M selects EL${el}, above the current level`;
  if (el === 3) return '';
  if (WORLD_OF_NSE_NS[nseNs] < 0) return 'SCR_EL3.{NSE, NS} is 0b10, which is reserved';
  if (el === 2 && WORLD_OF_NSE_NS[nseNs] === SECURE && !core.el2Enabled) return 'Secure EL2 is not enabled by SCR_EL3.EEL2';
  if (el === 1 && hcr(core, HCR.TGE)) return 'HCR_EL2.TGE is 1: EL1 cannot be entered';
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

const IMMEDIATE_BITS = 16;

/** A call: its immediate is the first argument; the others were written to registers. */
function call(name: string, summary: string, act: (core: ArmCore, immediate: number) => void): InstructionRow {
  return {
    name,
    summary,
    section: `Arm ARM C6.2, ${name.toUpperCase()}`,
    operands: [],
    variadic: ARGUMENTS,
    immediate: IMMEDIATE_BITS,
    result: 'x0',
    execute(core, args) {
      act(core as ArmCore, Number(args[0] ?? 0n));
      return undefined;
    },
  };
}

export const EXCEPTION_INSTRUCTIONS: readonly InstructionRow[] = [
  call(
    'svc',
    'Supervisor call: an exception taken to EL1, or to EL2 while it hosts EL0. Arguments are written to x0, x1, … first; the result is x0.',
    supervisorCall,
  ),
  call('hvc', 'Hypervisor call: an exception taken to EL2. Arguments are written to x0, x1, … first; the result is x0.', hypervisorCall),
  call(
    'smc',
    'Secure monitor call: an exception taken to EL3. Arguments are written to x0, x1, … first; the result is x0.',
    secureMonitorCall,
  ),
  {
    name: 'brk',
    summary: 'Breakpoint instruction: an exception that returns to the instruction itself.',
    section: 'Arm ARM C6.2, BRK',
    operands: [],
    immediate: IMMEDIATE_BITS,
    execute(core, args) {
      breakpoint(core as ArmCore, Number(args[0] ?? 0n));
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
];
