/**
 * A second reading of the granule protection check, written from the manual's text and sharing no code with the first:
 * 64-bit values are strings of bits, the priority list of D9.2 is walked from top to bottom.
 * Arm ARM DDI0487 M.a.a, D9.2 to D9.5, D24.2.56, D24.2.57.
 */

export type Pas = 'Non-secure' | 'Secure' | 'Realm' | 'Root';

export interface OracleAnswer {
  /** GPCSC of the failure, `undefined` if the access is allowed. */
  readonly gpcsc?: number;
  /** Address of the descriptor that decided; `undefined` if none was needed. */
  readonly decidedBy?: bigint;
  readonly gpi?: string;
}

/** Bits [high:low] of a value as text, most significant first. */
function slice(value: bigint, high: number, low: number): string {
  const text = value.toString(2).padStart(64, '0');
  return text.slice(63 - high, 64 - low);
}

const zero = (text: string) => !text.includes('1');
const number = (text: string) => BigInt(`0b${text}`);

const PROTECTED_BITS: Readonly<Record<string, number>> = { '000': 32, '001': 36, '010': 40, '011': 42, '100': 44, '101': 48 };
const GRANULE: Readonly<Record<string, number>> = { '00': 12, '01': 16, '10': 14 };
const WALK_0 = 0b000100;
const WALK_1 = 0b000101;
const SIZE_0 = 0b000000;
const GPF_0 = 0b001100;
const GPF_1 = 0b001101;
const EABT_0 = 0b010100;
const EABT_1 = 0b010101;

function gpiIsLegal(gpi: string, nso: boolean): boolean {
  if (gpi === '1101') return nso;
  return ['0000', '1000', '1001', '1010', '1011', '1111'].includes(gpi);
}

function gpiPermits(gpi: string, pas: Pas, requester: Pas): boolean {
  const owner: Readonly<Record<string, Pas>> = { '1000': 'Secure', '1001': 'Non-secure', '1010': 'Root', '1011': 'Realm' };
  if (gpi === '1111') return true;
  if (gpi === '1101') return pas === 'Non-secure' && (requester === 'Non-secure' || requester === 'Root');
  return owner[gpi] === pas;
}

export function checkByTheBook(
  gpccr: bigint,
  gptbr: bigint,
  pa: bigint,
  pas: Pas,
  requester: Pas,
  fetch: (address: bigint) => bigint | 'abort',
): OracleAnswer {
  // 0. Checks off.
  if (slice(gpccr, 16, 16) === '0') return {};
  // 1. The configuration.
  const t = PROTECTED_BITS[slice(gpccr, 2, 0)];
  const p = GRANULE[slice(gpccr, 15, 14)];
  const shareability = slice(gpccr, 13, 12);
  if (t === undefined || p === undefined || shareability === '01') return { gpcsc: WALK_0 };
  if (slice(gpccr, 11, 10) === '00' && slice(gpccr, 9, 8) === '00' && shareability !== '10') return { gpcsc: WALK_0 };
  // 2. Address spaces denied as a whole.
  if (slice(gpccr, 7, 7) === '1' && pas === 'Secure') return { gpcsc: GPF_0 };
  if (slice(gpccr, 6, 6) === '1' && pas === 'Non-secure') return { gpcsc: GPF_0 };
  if (slice(gpccr, 5, 5) === '1' && pas === 'Realm') return { gpcsc: GPF_0 };
  // 3. Above the protected size.
  const everyoneAbove = slice(gpccr, 24, 24) === '1';
  if (!zero(slice(pa, 63, t))) return pas === 'Non-secure' || everyoneAbove ? {} : { gpcsc: GPF_0 };
  // 4. The table base.
  const base = number(slice(gptbr, 39, 0)) << 12n;
  if (!zero(slice(base, 63, t))) return { gpcsc: SIZE_0 };
  return walkByTheBook({ t, p, base, nso: slice(gpccr, 19, 19) === '1' }, pa, pas, requester, fetch);
}

interface Layout {
  readonly t: number;
  readonly p: number;
  readonly base: bigint;
  readonly nso: boolean;
}

/** Level 0 entries cover 1 GB on this implementation. */
const S = 30;

function walkByTheBook(layout: Layout, pa: bigint, pas: Pas, requester: Pas, fetch: (address: bigint) => bigint | 'abort'): OracleAnswer {
  const { t, p, nso } = layout;
  const lowBits = Math.max(t - S + 3, 12);
  const base = number(slice(layout.base, 63, lowBits).concat('0'.repeat(lowBits)));
  const address0 = base + 8n * number(slice(pa, t - 1, S));
  const entry0 = fetch(address0);
  // 5. and 6.
  if (entry0 === 'abort') return { gpcsc: EABT_0, decidedBy: address0 };
  const type0 = slice(entry0, 3, 0);
  if (type0 === '0001') {
    const gpi = slice(entry0, 7, 4);
    if (!zero(slice(entry0, 63, 8)) || !gpiIsLegal(gpi, nso)) return { gpcsc: WALK_0, decidedBy: address0 };
    // 8.
    return gpiPermits(gpi, pas, requester) ? { decidedBy: address0, gpi } : { gpcsc: GPF_0, decidedBy: address0, gpi };
  }
  if (type0 !== '0011' || !zero(slice(entry0, 11, 4)) || !zero(slice(entry0, 63, 52))) return { gpcsc: WALK_0, decidedBy: address0 };
  if (!zero(slice(entry0, S - p - 2, 12))) return { gpcsc: WALK_0, decidedBy: address0 };
  const table = number(slice(entry0, 51, 12)) << 12n;
  // 7.
  if (!zero(slice(table, 63, t))) return { gpcsc: SIZE_0, decidedBy: address0 };
  const address1 = table + 8n * number(slice(pa, S - 1, p + 4));
  const entry1 = fetch(address1);
  // 9. to 11.
  if (entry1 === 'abort') return { gpcsc: EABT_1, decidedBy: address1 };
  const gpi = level1Gpi(entry1, pa, p, nso);
  if (gpi === undefined) return { gpcsc: WALK_1, decidedBy: address1 };
  return gpiPermits(gpi, pas, requester) ? { decidedBy: address1, gpi } : { gpcsc: GPF_1, decidedBy: address1, gpi };
}

function level1Gpi(entry: bigint, pa: bigint, p: number, nso: boolean): string | undefined {
  if (slice(entry, 3, 0) === '0001') {
    const gpi = slice(entry, 7, 4);
    return zero(slice(entry, 63, 10)) && slice(entry, 9, 8) !== '00' && gpiIsLegal(gpi, nso) ? gpi : undefined;
  }
  const all = Array.from({ length: 16 }, (_, i) => slice(entry, 4 * i + 3, 4 * i));
  return all.every((gpi) => gpiIsLegal(gpi, nso)) ? all[Number(number(slice(pa, p + 3, p)))] : undefined;
}
