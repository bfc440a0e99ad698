/**
 * A second reading of stage 1 translation (4 KB granule, EL3 and EL2 with E2H = 0), written from the manual's text and
 * sharing no code with the first: 64-bit values are strings of bits.
 * Arm ARM DDI0487 M.a.a, D8.2 to D8.4, D9.1.
 */

export interface Stage1Question {
  readonly world: 'Root' | 'Realm' | 'Secure' | 'Non-secure';
  readonly sctlr: bigint;
  readonly tcr: bigint;
  readonly ttbr: bigint;
  /** SCR_EL3.SIF. */
  readonly sif: boolean;
  readonly va: bigint;
  readonly kind: 'read' | 'write' | 'fetch';
}

/** DFSC, or where the access goes; `walked`: addresses of the descriptors read, each with its physical address space. */
export interface Stage1Answer {
  readonly fsc?: number;
  readonly pa?: bigint;
  readonly pas?: string;
  readonly walked: readonly string[];
}

function slice(value: bigint, high: number, low: number): string {
  if (high < low) return '';
  return value
    .toString(2)
    .padStart(64, '0')
    .slice(63 - high, 64 - low);
}
const zero = (text: string) => !text.includes('1');
const number = (text: string) => (text === '' ? 0n : BigInt(`0b${text}`));
const one = (value: bigint, at: number) => slice(value, at, at) === '1';

const OUTPUT_BITS: Readonly<Record<string, number>> = {
  '000': 32,
  '001': 36,
  '010': 40,
  '011': 42,
  '100': 44,
  '101': 48,
  '110': 48,
  '111': 48,
};
const ADDRESS_SIZE = 0b000000;
const TRANSLATION = 0b000100;
const ACCESS_FLAG = 0b001000;
const PERMISSION = 0b001100;

export function translateByTheBook(q: Stage1Question, fetch: (address: bigint) => bigint): Stage1Answer {
  const walked: string[] = [];
  const fail = (base: number, level: number): Stage1Answer => ({ fsc: base + level, walked });
  const va = one(q.tcr, 20) ? number(slice(q.va, 55, 0)) : q.va;
  if (!one(q.sctlr, 0)) return zero(slice(va, 63, 48)) ? { pa: va, pas: q.world, walked } : fail(ADDRESS_SIZE, 0);

  const t0sz = Number(number(slice(q.tcr, 5, 0)));
  if (t0sz < 16 || t0sz > 48) return fail(TRANSLATION, 0);
  const ia = 64 - t0sz;
  if (!zero(slice(va, 63, ia))) return fail(TRANSLATION, 0);

  const out = OUTPUT_BITS[slice(q.tcr, 18, 16)];
  const inRange = (address: bigint) => zero(slice(address, 63, out));
  // The first level is the one whose index reaches the top of the input address.
  const level0 = ia > 39 ? 0 : ia > 30 ? 1 : ia > 21 ? 2 : 3;
  const bottom = [39, 30, 21, 12];
  const alignBits = ia - bottom[level0] + 3;
  let table = number(slice(q.ttbr, 47, alignBits) + '0'.repeat(alignBits));
  if (!inRange(table)) return fail(ADDRESS_SIZE, 0);

  let pas: string = q.world;
  let apTable = false;
  let xnTable = false;
  const hierarchical = !one(q.tcr, 24);
  for (let level = level0; ; level++) {
    const top = level === level0 ? ia - 1 : bottom[level] + 8;
    const address = table + 8n * number(slice(va, top, bottom[level]));
    walked.push(`${pas} ${address.toString(16)}`);
    const descriptor = fetch(address);
    const type = slice(descriptor, 1, 0);
    if (type === '00' || type === '10' || (type === '01' && (level === 0 || level === 3))) return fail(TRANSLATION, level);
    if (type === '11' && level < 3) {
      table = number(`${slice(descriptor, 47, 12)}000000000000`);
      if (!inRange(table)) return fail(ADDRESS_SIZE, level);
      if (pas === 'Secure' && one(descriptor, 63)) pas = 'Non-secure';
      if (hierarchical && one(descriptor, 62)) apTable = true;
      if (hierarchical && one(descriptor, 60)) xnTable = true;
      continue;
    }
    const page = number(slice(descriptor, 47, bottom[level]) + '0'.repeat(bottom[level]));
    if (!inRange(page)) return fail(ADDRESS_SIZE, level);
    if (!one(descriptor, 10)) return fail(ACCESS_FLAG, level);
    const output = outputSpace(pas, descriptor);
    const writable = !one(descriptor, 7) && !apTable;
    const executable = !one(descriptor, 54) && !xnTable && mayExecute(q, writable, output);
    if ((q.kind === 'write' && !writable) || (q.kind === 'fetch' && !executable)) return fail(PERMISSION, level);
    return { pa: page + number(slice(va, bottom[level] - 1, 0)), pas: output, walked };
  }
}

function outputSpace(tables: string, descriptor: bigint): string {
  const ns = slice(descriptor, 5, 5);
  const nse = slice(descriptor, 11, 11);
  switch (tables) {
    case 'Root':
      return { '00': 'Secure', '01': 'Non-secure', '10': 'Root', '11': 'Realm' }[nse + ns] as string;
    case 'Non-secure':
      return 'Non-secure';
    default:
      return ns === '1' ? 'Non-secure' : tables;
  }
}

function mayExecute(q: Stage1Question, writable: boolean, output: string): boolean {
  if (writable && one(q.sctlr, 19)) return false;
  if (q.world === 'Root' || q.world === 'Realm') return output === q.world;
  if (q.world === 'Secure' && q.sif) return output === 'Secure';
  return true;
}
