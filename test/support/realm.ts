/** Realms for tests of RMM: where their granules are, and the calls that make them. */
import { GRANULE, type RmiHost } from './rmi.ts';

/** Pages of the host: parameters of commands, and a source of content. */
export const PARAMS = 0x8801_0000;
export const SOURCE = 0x8801_1000;

export interface RealmOptions {
  readonly rd: number;
  readonly rtt: number;
  readonly flags?: number;
  readonly s2sz?: number;
  readonly level?: number;
  readonly numStart?: number;
  readonly vmid?: number;
  readonly hash?: number;
  readonly numBps?: number;
  readonly numWps?: number;
}

/** 33 bits of address in one table at level 1: entries of 1 GiB, of which four are protected and four shared. */
export const SMALL: RealmOptions = { rd: 0x8900_0000, rtt: 0x8901_0000, s2sz: 33, level: 1, numStart: 1, vmid: 1 };
/** First address of its shared half. */
export const SHARED = 0x1_0000_0000;
export const SIZE = [512 * 2 ** 30, 2 ** 30, 2 ** 21, GRANULE] as const;

/** A pool of granules that a test takes from. */
export const pool = (index: number): number => 0x8a00_0000 + index * GRANULE;

/** Fills the host's page with the parameters of RMI_REALM_CREATE. */
export function realmParams(host: RmiHost, realm: RealmOptions, at = PARAMS): void {
  host.page(at, [
    [0x0, 8, realm.flags ?? 0],
    [0x8, 1, realm.s2sz ?? 33],
    [0x18, 1, realm.numBps ?? 5],
    [0x20, 1, realm.numWps ?? 3],
    [0x30, 1, realm.hash ?? 0],
    [0x800, 2, realm.vmid ?? 1],
    [0x808, 8, realm.rtt],
    [0x810, 8, realm.level ?? 1],
    [0x818, 4, realm.numStart ?? 1],
  ]);
}

/** Delegates what a Realm needs, and creates it. */
export function createRealm(host: RmiHost, realm: RealmOptions = SMALL): RealmOptions {
  host.delegate(realm.rd);
  for (let i = 0; i < (realm.numStart ?? 1); i++) host.delegate(realm.rtt + i * GRANULE);
  realmParams(host, realm);
  host.ok('RMI_REALM_CREATE', realm.rd, PARAMS);
  return realm;
}

/** Delegates a granule and makes it the table at `level` for `ipa`. */
export function createRtt(host: RmiHost, rtt: number, ipa: number, level: number, realm: RealmOptions = SMALL): void {
  host.delegate(rtt);
  host.ok('RMI_RTT_CREATE', realm.rd, rtt, ipa, level);
}

export interface RecOptions {
  readonly rec: number;
  /** Auxiliary granules, beside each other. */
  readonly aux: number;
  readonly mpidr?: number;
  readonly runnable?: boolean;
  readonly pc?: number;
  readonly x0?: number;
  readonly numAux?: number;
}

export const AUX_COUNT = 16;
export const REC: RecOptions = { rec: 0x8902_0000, aux: 0x8903_0000, runnable: true };

/** Fills the host's page with the parameters of RMI_REC_CREATE. */
export function recParams(host: RmiHost, rec: RecOptions, at = PARAMS): void {
  const numAux = rec.numAux ?? AUX_COUNT;
  host.page(at, [
    [0x0, 8, rec.runnable === false ? 0 : 1],
    [0x100, 8, rec.mpidr ?? 0],
    [0x200, 8, rec.pc ?? 0],
    [0x300, 8, rec.x0 ?? 0],
    [0x800, 8, numAux],
    ...Array.from({ length: 16 }, (_, i) => [0x808 + 8 * i, 8, rec.aux + i * GRANULE] as const),
  ]);
}

/** Delegates what a REC needs, and creates it. */
export function createRec(host: RmiHost, rec: RecOptions = REC, realm: RealmOptions = SMALL): RecOptions {
  host.delegate(rec.rec);
  for (let i = 0; i < AUX_COUNT; i++) host.delegate(rec.aux + i * GRANULE);
  recParams(host, rec);
  host.ok('RMI_REC_CREATE', realm.rd, rec.rec, PARAMS);
  return rec;
}

/** The Realm Initial Measurement, 64 bytes in hexadecimal, out of the Realm Descriptor. */
export const rim = (host: RmiHost, { rd }: RealmOptions = SMALL): string => host.bytes(rd + 0x10, 64);

/** What RMI_RTT_READ_ENTRY says of an address: `3 ASSIGNED RAM 0x88000000`. */
export function entry(host: RmiHost, ipa: number, level = 3, realm: RealmOptions = SMALL): string {
  const [, walk, state, desc, ripas] = host.ok('RMI_RTT_READ_ENTRY', realm.rd, ipa, level);
  const names = [['UNASSIGNED', 'ASSIGNED', 'TABLE'][Number(state)], ['EMPTY', 'RAM', 'DESTROYED'][Number(ripas)]];
  return `${walk} ${names.join(' ')}${desc === 0n ? '' : ` 0x${desc.toString(16)}`}`;
}
