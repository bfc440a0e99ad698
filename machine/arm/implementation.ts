/** What this PE implements where the architecture leaves a choice; the ID registers say the same. */

/** Implemented physical address size in bits, ID_AA64MMFR0_EL1.PARange = 0b0101. */
export const PA_BITS = 48;

/** Address bits that one level 0 GPT entry covers: GPCCR_EL3.L0GPTSZ = 0b0000, 1 GB. D24.2.56. */
export const L0GPTSZ_BITS = 30;

/** Sizes that PPS, PS and PARange encode alike, in bits; the last value, 52 bits, exceeds this implementation. */
export const PA_SIZES: readonly number[] = [32, 36, 40, 42, 44, 48, 52];

/** TnSZ outside this range faults, of both stages: no FEAT_LVA and no FEAT_LPA2, but FEAT_TTST. D8.2. */
export const MIN_TXSZ = 16;
export const MAX_TXSZ = 48;
