/**
 * Security states ("worlds") and physical address spaces of the Realm Management Extension.
 * Arm ARM DDI0487 M.a.a, D1.1 and D9.1.
 */
import type { SpaceRow, WorldRow } from '../core/architecture.ts';

/** Index of a world in `WORLDS`, and of the physical address space of the same name in `SPACES`. */
export const NON_SECURE = 0;
export const SECURE = 1;
export const REALM = 2;
export const ROOT = 3;

export const WORLDS: readonly WorldRow[] = [
  { id: 'NS', name: 'Non-secure', icon: 'globe', color: 'worldstep.nonSecureForeground' },
  { id: 'Secure', name: 'Secure', icon: 'lock', color: 'worldstep.secureForeground' },
  { id: 'Realm', name: 'Realm', icon: 'shield', color: 'worldstep.realmForeground' },
  { id: 'Root', name: 'Root', icon: 'key', color: 'worldstep.rootForeground' },
];

/** The four physical address spaces of a PE with FEAT_RME. D9.1. */
export const SPACES: readonly SpaceRow[] = [
  { id: 'ns', name: 'Non-secure' },
  { id: 'secure', name: 'Secure' },
  { id: 'realm', name: 'Realm' },
  { id: 'root', name: 'Root' },
];

/** {NSE, NS} that names each physical address space, in stage 1 descriptors of EL3 and in MFAR_EL3. D9.1, D24.2.136. */
export const NSE_NS_OF_SPACE: readonly number[] = [0b01, 0b00, 0b11, 0b10];
/** The physical address space that {NSE, NS} names. */
export const SPACE_OF_NSE_NS: readonly number[] = [SECURE, NON_SECURE, ROOT, REALM];
