/** A host that calls anything: random RMI commands about a few granules and addresses, so that many of them succeed. */
import fc from 'fast-check';
import {
  createRealm,
  createRec,
  createRtt,
  PARAMS,
  pool,
  type RealmOptions,
  realmParams,
  recParams,
  SHARED,
  SIZE,
  SOURCE,
} from './realm.ts';
import { GRANULE, type RmiHost } from './rmi.ts';

/** Realms of different shape: one table at level 1; eight tables at level 2. The third one has nothing but that. */
const FIRST: RealmOptions = { rd: pool(0), rtt: pool(1), s2sz: 33, level: 1, numStart: 1, vmid: 1 };
const SECOND: RealmOptions = { rd: pool(2), rtt: pool(32), s2sz: 33, level: 2, numStart: 8, vmid: 2, hash: 1 };
const THIRD: RealmOptions = { ...FIRST, rd: pool(20), rtt: pool(21), vmid: 3 };
/** Granules that commands are about. Eight are used, the next twelve delegated, two used, the rest the host's. */
const COUNT = 26;
const GRANULES = [...Array.from({ length: COUNT }, (_, i) => pool(i)), ...Array.from({ length: 8 }, (_, i) => pool(32 + i))];
/** Auxiliary granules of three RECs, the first of which there is. */
const AUX = [64, 80, 96];
export const ALL = [...GRANULES, ...AUX.flatMap((first) => Array.from({ length: 16 }, (_, i) => pool(first + i)))];

export function prepareStart(host: RmiHost): void {
  createRealm(host, FIRST);
  createRealm(host, SECOND);
  createRealm(host, THIRD);
  createRtt(host, pool(3), 0, 2, FIRST);
  createRtt(host, pool(4), 0, 3, FIRST);
  createRec(host, { rec: pool(5), aux: pool(AUX[0]) }, FIRST);
  createRtt(host, pool(6), 0, 3, SECOND);
  createRtt(host, pool(7), SHARED, 3, SECOND);
  for (let i = 8; i < 20; i++) host.delegate(pool(i));
  for (const first of AUX.slice(1)) for (let i = 0; i < 16; i++) host.delegate(pool(first + i));
  host.page(SOURCE, [[0, 8, 0x5ec2e7]]);
}

export interface Command {
  readonly name: string;
  readonly args: readonly (number | bigint)[];
  /** Fills in parameters, in a page of the host: `PARAMS`, as `args` have it, or the one that stands in for it. */
  readonly prepare?: (host: RmiHost, params: number) => void;
}

const command = (name: string, args: Command['args'], prepare?: Command['prepare']): Command => ({ name, args, prepare });
export const show = ({ name, args }: Command): string => `${name}(${args.map((arg) => `0x${arg.toString(16)}`).join(', ')})`;

/** Lets a REC have asked for a change of RIPAS (firmware/arm/rmm/rec.tfw, SetRipas). */
function ask(host: RmiHost, rec: number, base: number, destroyed: boolean): void {
  if (rec % GRANULE !== 0 || host.state(rec) !== 'REC') return;
  for (const [i, value] of [SHARED, base, 1, destroyed ? 1 : 0].entries()) host.write(rec + 0x620 + 8 * i, value);
}

/** Mostly `usual`, now and then `odd`. */
const mostly = <T>(usual: fc.Arbitrary<T>, odd: fc.Arbitrary<T>): fc.Arbitrary<T> =>
  fc.oneof({ weight: 9, arbitrary: usual }, { weight: 1, arbitrary: odd });

const granule = mostly(fc.nat(COUNT - 1).map(pool), fc.constantFrom(pool(32), pool(AUX[0]), pool(4) + 8, 0x1_0000_0000, 0xfdc0_0000));
const rd = mostly(fc.constantFrom(FIRST.rd, FIRST.rd, SECOND.rd, SECOND.rd, THIRD.rd), granule);
const rec = mostly(fc.constantFrom(pool(5), pool(8)), granule);
const level = mostly(fc.integer({ min: 1, max: 3 }), fc.constantFrom(-1, 0, 4));
const offset = fc
  .tuple(fc.constantFrom(0, 0, 0, SIZE[1]), fc.constantFrom(0, 0, 0, SIZE[2]), fc.constantFrom(0, 0, GRANULE, 2 * GRANULE))
  .map(([gigabyte, block, page]) => gigabyte + block + page);
const ipaOf = (base: number) =>
  mostly(
    offset.map((at) => base + at),
    fc.constantFrom(8, SHARED - GRANULE, SHARED, 2 * SHARED, 2 ** 52),
  );
const protectedIpa = ipaOf(0);
const sharedIpa = ipaOf(SHARED);
const ipa = fc.oneof(protectedIpa, sharedIpa);
/** Aligned to the entry at a level. */
const aligned = (at: number, to: number): number => at - (at % (SIZE[to] ?? 1));
const pair = (at: fc.Arbitrary<number>, up: number) =>
  fc.tuple(at, level, fc.nat(15)).map(([address, to, odd]) => [odd === 0 ? address : aligned(address, to - up), to] as const);
const realm = fc.tuple(fc.boolean(), granule, granule, fc.integer({ min: 1, max: 4 })).map(
  ([large, descriptor, rtt, vmid]): RealmOptions => ({
    ...(large ? SECOND : FIRST),
    rd: descriptor,
    rtt: large ? SECOND.rtt : rtt,
    vmid,
  }),
);

const rows: [weight: number, commands: fc.Arbitrary<Command>][] = [
  [3, granule.map((g) => command('RMI_GRANULE_DELEGATE', [g]))],
  [2, granule.map((g) => command('RMI_GRANULE_UNDELEGATE', [g]))],
  [2, realm.map((r) => command('RMI_REALM_CREATE', [r.rd, PARAMS], (host, params) => realmParams(host, r, params)))],
  [1, rd.map((r) => command('RMI_REALM_ACTIVATE', [r]))],
  [2, rd.map((r) => command('RMI_REALM_DESTROY', [r]))],
  [
    4,
    fc
      .tuple(rd, granule, fc.constantFrom(...AUX), fc.nat(2), fc.boolean())
      .map(([r, g, aux, mpidr, runnable]) =>
        command('RMI_REC_CREATE', [r, g, PARAMS], (host, params) => recParams(host, { rec: g, aux: pool(aux), mpidr, runnable }, params)),
      ),
  ],
  [2, rec.map((g) => command('RMI_REC_DESTROY', [g]))],
  [8, fc.tuple(rd, granule, pair(ipa, 1)).map(([r, g, [at, to]]) => command('RMI_RTT_CREATE', [r, g, at, to]))],
  [4, fc.tuple(rd, pair(ipa, 1)).map(([r, [at, to]]) => command('RMI_RTT_DESTROY', [r, at, to]))],
  [3, fc.tuple(rd, pair(ipa, 1)).map(([r, [at, to]]) => command('RMI_RTT_FOLD', [r, at, to]))],
  [6, fc.tuple(rd, granule, protectedIpa, fc.nat(2)).map(([r, g, at, flags]) => command('RMI_DATA_CREATE', [r, g, at, SOURCE, flags]))],
  [5, fc.tuple(rd, granule, protectedIpa).map(([r, g, at]) => command('RMI_DATA_CREATE_UNKNOWN', [r, g, at]))],
  [6, fc.tuple(rd, protectedIpa).map(([r, at]) => command('RMI_DATA_DESTROY', [r, at]))],
  [
    6,
    fc
      .tuple(rd, pair(sharedIpa, 0), granule, fc.constantFrom(0xd8n, 0x58n, 0xdbn))
      .map(([r, [at, to], g, bits]) => command('RMI_RTT_MAP_UNPROTECTED', [r, at, to, BigInt(aligned(g, to)) | bits])),
  ],
  [5, fc.tuple(rd, pair(sharedIpa, 0)).map(([r, [at, to]]) => command('RMI_RTT_UNMAP_UNPROTECTED', [r, at, to]))],
  [1, fc.tuple(rd, pair(ipa, 0)).map(([r, [at, to]]) => command('RMI_RTT_READ_ENTRY', [r, at, to]))],
  [3, fc.tuple(rd, protectedIpa, protectedIpa).map(([r, from, to]) => command('RMI_RTT_INIT_RIPAS', [r, from, to]))],
  [
    5,
    fc
      .tuple(rd, rec, protectedIpa, protectedIpa, fc.boolean())
      .map(([r, g, from, to, knows]) => command('RMI_RTT_SET_RIPAS', [r, g, from, to], (host) => ask(host, g, from, knows))),
  ],
];
export const commands = fc.oneof(...rows.map(([weight, arbitrary]) => ({ weight, arbitrary })));
