/**
 * Granule Protection Information: the values that the granule protection table gives to memory, and what each permits.
 * Arm ARM DDI0487 M.a.a, D9.5, table of GPI encodings.
 */
import type { ConstantRow, TagRow } from '../core/architecture.ts';
import { NON_SECURE, REALM, ROOT, SECURE } from './worlds.ts';

interface GpiRow {
  readonly constant: string;
  readonly value: number;
  readonly name: string;
  readonly world?: number;
  readonly summary: string;
  /** Physical address spaces (bit i: space i) that may be used to reach the granule. */
  readonly spaces: number;
  /** Worlds (bit i: world i) that may make the access; all unless said. */
  readonly requesters?: number;
}

const every = 0b1111;
const only = (...indices: number[]) => indices.reduce((set, index) => set | (1 << index), 0);

export const GPIS: readonly GpiRow[] = [
  { constant: 'GPI_NO_ACCESS', value: 0b0000, name: 'No access', spaces: 0, summary: 'No access is permitted.' },
  { constant: 'GPI_SECURE', value: 0b1000, name: 'Secure', world: SECURE, spaces: only(SECURE), summary: 'Secure accesses only.' },
  {
    constant: 'GPI_NS',
    value: 0b1001,
    name: 'Non-secure',
    world: NON_SECURE,
    spaces: only(NON_SECURE),
    summary: 'Non-secure accesses only.',
  },
  { constant: 'GPI_ROOT', value: 0b1010, name: 'Root', world: ROOT, spaces: only(ROOT), summary: 'Root accesses only.' },
  { constant: 'GPI_REALM', value: 0b1011, name: 'Realm', world: REALM, spaces: only(REALM), summary: 'Realm accesses only.' },
  {
    constant: 'GPI_NSO',
    value: 0b1101,
    name: 'Non-secure only',
    world: NON_SECURE,
    spaces: only(NON_SECURE),
    requesters: only(NON_SECURE, ROOT),
    summary: 'Non-secure accesses made by Non-secure or Root state only; legal if GPCCR_EL3.NSO is 1.',
  },
  { constant: 'GPI_ANY', value: 0b1111, name: 'Any', spaces: every, summary: 'Accesses of every physical address space.' },
];

export const GPI_NO_ACCESS = 0b0000;
export const GPI_SECURE = 0b1000;
export const GPI_NS = 0b1001;
export const GPI_NSO = 0b1101;
export const GPI_ANY = 0b1111;
/** No GPI decided: the walk failed before it found one. */
export const GPI_NONE = -1;
/** Tag, not a GPI, of memory whose table entry is invalid: any access to it faults on the walk. */
export const TAG_INVALID = 16;

const byValue = new Map(GPIS.map((row) => [row.value, row]));

export function gpiName(gpi: number): string {
  return byValue.get(gpi)?.name ?? `reserved (${gpi.toString(2).padStart(4, '0')})`;
}

/** Whether a requester in `world` may reach a granule tagged `gpi` through physical address space `space`. D9.5. */
export function permits(gpi: number, space: number, world: number): boolean {
  const row = byValue.get(gpi);
  if (row === undefined) return false;
  return ((row.spaces >> space) & 1) === 1 && (((row.requesters ?? every) >> world) & 1) === 1;
}

export const TAGS: readonly TagRow[] = [
  ...GPIS.map(({ value, name, world }) => (world === undefined ? { value, name } : { value, name, world })),
  { value: TAG_INVALID, name: 'Invalid entry' },
];

export const GPI_CONSTANTS: readonly ConstantRow[] = GPIS.map((row) => ({
  name: row.constant,
  value: BigInt(row.value),
  summary: row.summary,
}));
