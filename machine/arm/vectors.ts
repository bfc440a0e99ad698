/** The sixteen AArch64 exception vectors. Arm ARM DDI0487 M.a.a, D1.3.1 "Exception vectors". */
import type { VectorRow } from '../core/architecture.ts';

const KINDS: readonly { readonly name: string; readonly title: string }[] = [
  { name: 'sync', title: 'Synchronous exceptions' },
  { name: 'irq', title: 'IRQ and vIRQ' },
  { name: 'fiq', title: 'FIQ and vFIQ' },
  { name: 'serror', title: 'SError and vSError' },
];
const SOURCES: readonly { readonly name: string; readonly title: string }[] = [
  { name: 'sp0', title: 'the current exception level using SP_EL0' },
  { name: 'same_el', title: 'the current exception level using its own stack pointer' },
  { name: 'lower', title: 'a lower exception level using AArch64' },
  { name: 'lower_aarch32', title: 'a lower exception level using AArch32' },
];

export const VECTORS: readonly VectorRow[] = SOURCES.flatMap((source, i) =>
  KINDS.map((kind, j) => ({
    name: `${kind.name}_${source.name}`,
    offset: 0x200 * i + 0x80 * j,
    summary: `${kind.title} from ${source.title}.`,
  })),
);

/** Offsets added to VBAR: who was interrupted, and by what kind of exception. */
export const OFFSET_SP0 = 0x000;
export const OFFSET_SAME_EL = 0x200;
export const OFFSET_LOWER = 0x400;
export const OFFSET_SYNC = 0x000;
export const OFFSET_IRQ = 0x080;
export const OFFSET_FIQ = 0x100;
export const OFFSET_SERROR = 0x180;

export function vectorName(offset: number): string {
  return VECTORS[offset >> 7].name;
}
