/** Encodings of the system instructions that EL1 and EL0 may use: op0, op1, CRn, CRm, op2. Arm ARM DDI0487 M.a.a, C5.3 and C5.5. */

type Encoding = readonly [op0: number, op1: number, crn: number, crm: number, op2: number];

const TLBI_OP2: Readonly<Record<string, number>> = { VMALLE1: 0, VAE1: 1, ASIDE1: 2, VAAE1: 3, VALE1: 5, VAALE1: 7 };
const TLBI_CRM: Readonly<Record<string, number>> = { OS: 1, IS: 3, '': 7 };

const RANGE_OP2: Readonly<Record<string, number>> = { RVAE1: 1, RVAAE1: 3, RVALE1: 5, RVAALE1: 7 };
const RANGE_CRM: Readonly<Record<string, number>> = { IS: 2, OS: 5, '': 6 };

/** Without their scope. */
export const TLBI_OF_EL1: readonly string[] = [...Object.keys(TLBI_OP2), ...Object.keys(RANGE_OP2)];

const scoped = (op2s: Readonly<Record<string, number>>, crms: Readonly<Record<string, number>>) =>
  Object.entries(op2s).flatMap(([name, op2]) =>
    Object.entries(crms).map(([scope, crm]): [string, Encoding] => [`TLBI ${name}${scope}`, [1, 0, 8, crm, op2]]),
  );

const ENCODINGS: ReadonlyMap<string, Encoding> = new Map<string, Encoding>([
  ...scoped(TLBI_OP2, TLBI_CRM),
  ...scoped(RANGE_OP2, RANGE_CRM),
  ['DC IVAC', [1, 0, 7, 6, 1]],
  ['DC CVAC', [1, 3, 7, 10, 1]],
  ['DC CVAU', [1, 3, 7, 11, 1]],
  ['DC CIVAC', [1, 3, 7, 14, 1]],
  ['DC ZVA', [1, 3, 7, 4, 1]],
]);

export function encodingOf(instruction: string): readonly number[] | undefined {
  return ENCODINGS.get(instruction);
}
