/**
 * A second reading of translation in the EL1&0 regime (4 KB granule), stage 1 and stage 2, written after the pseudocode's
 * S1Translate, S1Walk, S2Translate and S2Walk and sharing no code with the first: 64-bit values are strings of bits.
 * Arm ARM DDI0487 M.a.a, D8.2 to D8.4, D9.1.
 */

export type Space = 'Realm' | 'Secure' | 'Non-secure';

export interface El1Question {
  readonly world: Space;
  readonly el: 0 | 1;
  readonly sctlr: bigint;
  readonly tcr: bigint;
  readonly ttbr: readonly [bigint, bigint];
  readonly hcr: bigint;
  readonly vtcr: bigint;
  readonly vttbr: bigint;
  readonly vstcr: bigint;
  readonly vsttbr: bigint;
  readonly scr: bigint;
  readonly va: bigint;
  readonly kind: 'read' | 'write' | 'fetch';
}

/** A fault as syndromes see it, or where the access goes. */
export type El1Answer =
  | { readonly pa: bigint; readonly pas: Space }
  | { readonly fsc: number; readonly stage: 1 | 2; readonly s1ptw: boolean; readonly ipa?: bigint };

/** Reads 8 bytes for a table walk of `stage`; `undefined`: the granule protection check refuses it. */
type Fetch = (pas: Space, address: bigint, stage: 1 | 2) => bigint | undefined;

const binary = (value: bigint) => value.toString(2).padStart(64, '0');
/** Bits <high:low>. */
function cut(value: bigint, high: number, low: number): string {
  return high < low ? '' : binary(value).slice(63 - high, 64 - low);
}
const uint = (text: string) => (text === '' ? 0n : BigInt(`0b${text}`));
const num = (text: string) => Number(uint(text));
const isOne = (value: bigint, at: number) => cut(value, at, at) === '1';
const hasOne = (text: string) => text.includes('1');
const hasZero = (text: string) => text.includes('0');

const CODES = { addressSize: 0b000000, translation: 0b000100, accessFlag: 0b001000, permission: 0b001100, gpcOnWalk: 0b100100 } as const;

class Stop extends Error {
  constructor(readonly answer: El1Answer) {
    super('fault');
  }
}

const PHYSICAL_SIZES = new Map([
  ['000', 32],
  ['001', 36],
  ['010', 40],
  ['011', 42],
  ['100', 44],
]);
/** 101, and what is larger than implemented. */
const sizeOf = (ps: string) => PHYSICAL_SIZES.get(ps) ?? 48;
const outOfRange = (address: bigint, size: number) => hasOne(cut(address, 63, size));

const LOWEST = [39, 30, 21, 12];

export function translateEl1ByTheBook(q: El1Question, fetch: Fetch): El1Answer {
  const el2 = q.world !== 'Secure' || isOne(q.scr, 18);

  // ---------------------------------------------------------------- stage 2

  function stage2(ipa: bigint, ipas: Space, walk: boolean): { address: bigint; pas: Space } {
    const vm = el2 && (isOne(q.hcr, 0) || isOne(q.hcr, 12));
    if (!vm) return { address: ipa, pas: ipas };
    const fail = (kind: keyof typeof CODES, level: number): never => {
      throw new Stop({ fsc: CODES[kind] + level, stage: 2, s1ptw: walk, ipa });
    };
    const secureIpa = q.world === 'Secure' && ipas === 'Secure';
    const control = secureIpa ? q.vstcr : q.vtcr;
    const t0sz = num(cut(control, 5, 0));
    if (t0sz < 16 || t0sz > 48) fail('translation', 0);
    const size = 64 - t0sz;
    const start = { '00': 2, '01': 1, '10': 0, '11': 3 }[cut(control, 7, 6)] as number;
    const smallest = (3 - start) * 9 + 12 + 1;
    if (size < smallest || size > smallest + 8 + 4) fail('translation', 0);
    if (hasOne(cut(ipa, 63, size))) fail('translation', 0);

    const output = sizeOf(cut(q.vtcr, 18, 16));
    const first = size - LOWEST[start] + 3;
    let table = uint(cut(secureIpa ? q.vsttbr : q.vttbr, 47, first) + '0'.repeat(first));
    if (outOfRange(table, output)) fail('addressSize', 0);
    let walkPas: Space = q.world;
    if (q.world === 'Secure') {
      if (isOne(q.vstcr, 29)) walkPas = 'Non-secure';
      if (ipas === 'Non-secure' && isOne(q.vtcr, 29)) walkPas = 'Non-secure';
    }

    let level = start;
    let descriptor: bigint;
    for (;;) {
      const top = level === start ? size - 1 : LOWEST[level] + 8;
      const found = fetch(walkPas, table + 8n * uint(cut(ipa, top, LOWEST[level])), 2);
      if (found === undefined) throw new Stop({ fsc: CODES.gpcOnWalk + level, stage: 2, s1ptw: walk, ipa });
      descriptor = found;
      const type = cut(descriptor, 1, 0);
      if (!isOne(descriptor, 0)) fail('translation', level);
      if (level === 3 ? type === '01' : type === '01' && level === 0) fail('translation', level);
      if (level === 3 || type === '01') break;
      table = uint(`${cut(descriptor, 47, 12)}000000000000`);
      if (outOfRange(table, output)) fail('addressSize', level);
      level++;
    }
    const base = uint(cut(descriptor, 47, LOWEST[level]) + '0'.repeat(LOWEST[level]));
    if (outOfRange(base, output)) fail('addressSize', level);
    if (!isOne(descriptor, 10)) fail('accessFlag', level);

    let pas: Space = 'Non-secure';
    if (q.world === 'Realm') pas = isOne(descriptor, 55) ? 'Non-secure' : 'Realm';
    if (q.world === 'Secure') {
      const controls = cut(q.vstcr, 30, 29) + (ipas === 'Non-secure' ? cut(q.vtcr, 30, 29) : '');
      pas = hasOne(controls) ? 'Non-secure' : 'Secure';
    }
    const [w, r] = cut(descriptor, 7, 6);
    const foreign = q.world === 'Realm' && pas !== 'Realm';
    if (walk) {
      const device = isOne(q.hcr, 46) ? !isOne(descriptor, 4) : cut(descriptor, 5, 4) === '00';
      if ((isOne(q.hcr, 2) && device) || foreign || r === '0') fail('permission', level);
    } else if (q.kind === 'fetch') {
      // Execute permission of EL1 and EL0 by XN<1:0>.
      const [privileged, unprivileged] = { '00': [1, 1], '01': [0, 1], '10': [0, 0], '11': [1, 0] }[cut(descriptor, 54, 53)] as number[];
      if (foreign || (q.el === 0 ? unprivileged : privileged) === 0) fail('permission', level);
    } else if ((q.kind === 'read' ? r : w) === '0') fail('permission', level);
    return { address: base + uint(cut(ipa, LOWEST[level] - 1, 0)), pas };
  }

  // ---------------------------------------------------------------- stage 1

  function stage1(): { address: bigint; pas: Space } {
    const fail = (kind: keyof typeof CODES, level: number): never => {
      throw new Stop({ fsc: CODES[kind] + level, stage: 1, s1ptw: false });
    };
    const upper = isOne(q.va, 55);
    const tbi = isOne(q.tcr, upper ? 38 : 37);
    const addrTop = tbi ? 55 : 63;
    const enabled = isOne(q.sctlr, 0) && !(el2 && (isOne(q.hcr, 12) || isOne(q.hcr, 27)));
    if (!enabled) {
      if (hasOne(cut(q.va, addrTop, 48))) fail('addressSize', 0);
      return { address: uint(cut(q.va, 47, 0)), pas: q.world };
    }
    const txsz = num(upper ? cut(q.tcr, 21, 16) : cut(q.tcr, 5, 0));
    if (txsz < 16 || txsz > 48) fail('translation', 0);
    const size = 64 - txsz;
    const above = cut(q.va, addrTop, size);
    if (upper ? hasZero(above) : hasOne(above)) fail('translation', 0);
    if (isOne(q.tcr, upper ? 23 : 7)) fail('translation', 0);

    const output = sizeOf(cut(q.tcr, 34, 32));
    const start = size > 39 ? 0 : size > 30 ? 1 : size > 21 ? 2 : 3;
    const first = size - LOWEST[start] + 3;
    let table = uint(cut(q.ttbr[upper ? 1 : 0], 47, first) + '0'.repeat(first));
    if (outOfRange(table, output)) fail('addressSize', 0);
    const hierarchical = !isOne(q.tcr, upper ? 42 : 41);
    let pas: Space = q.world;
    let apTable = [0, 0];
    let uxnTable = false;
    let pxnTable = false;

    let level = start;
    let descriptor: bigint;
    for (;;) {
      const top = level === start ? size - 1 : LOWEST[level] + 8;
      const at = stage2(table + 8n * uint(cut(q.va, top, LOWEST[level])), pas, true);
      const found = fetch(at.pas, at.address, 1);
      if (found === undefined) fail('gpcOnWalk', level);
      descriptor = found as bigint;
      const type = cut(descriptor, 1, 0);
      if (type === '00' || type === '10' || (type === '01' && (level === 0 || level === 3))) fail('translation', level);
      if (level === 3 || type === '01') break;
      table = uint(`${cut(descriptor, 47, 12)}000000000000`);
      if (outOfRange(table, output)) fail('addressSize', level);
      if (pas === 'Secure' && isOne(descriptor, 63)) pas = 'Non-secure';
      if (hierarchical) {
        apTable = [apTable[0] | num(cut(descriptor, 62, 62)), apTable[1] | num(cut(descriptor, 61, 61))];
        uxnTable ||= isOne(descriptor, 60);
        pxnTable ||= isOne(descriptor, 59);
      }
      level++;
    }
    const base = uint(cut(descriptor, 47, LOWEST[level]) + '0'.repeat(LOWEST[level]));
    if (outOfRange(base, output)) fail('addressSize', level);
    if (!isOne(descriptor, 10)) fail('accessFlag', level);
    if (pas === 'Secure' && isOne(descriptor, 5)) pas = 'Non-secure';
    if (!permitted(descriptor, apTable, uxnTable, pxnTable, pas)) fail('permission', level);
    return { address: base + uint(cut(q.va, LOWEST[level] - 1, 0)), pas };
  }

  /** S1DirectBasePermissions: privileged and unprivileged read, write and execute. */
  function permitted(descriptor: bigint, [noWrite, noEl0]: readonly number[], uxnTable: boolean, pxnTable: boolean, pas: Space): boolean {
    let [pr, pw, ur, uw] = {
      '00': [true, true, false, false],
      '01': [true, true, true, true],
      '10': [true, false, false, false],
      '11': [true, false, true, false],
    }[cut(descriptor, 7, 6)] as boolean[];
    if (noWrite) [pw, uw] = [false, false];
    if (noEl0) [ur, uw] = [false, false];
    const px = !(isOne(descriptor, 53) || pxnTable || uw);
    const ux = !(isOne(descriptor, 54) || uxnTable);
    const [r, w, x] = q.el === 0 ? [ur, uw, ux] : [pr, pw, px];
    if (q.kind === 'read') return r;
    if (q.kind === 'write') return w;
    if (isOne(q.sctlr, 19) && w) return false;
    if (q.world === 'Secure' && pas === 'Non-secure' && isOne(q.scr, 9)) return false;
    return x;
  }

  try {
    const ipa = stage1();
    const { address, pas } = stage2(ipa.address, ipa.pas, false);
    return { pa: address, pas };
  } catch (stop) {
    if (stop instanceof Stop) return stop.answer;
    throw stop;
  }
}
