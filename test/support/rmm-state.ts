/**
 * A second reading of what RMM keeps: from descriptors, tables and contexts in memory, who owns which granule and what each
 * count must be. Written from DEN0137 A2 to A5, not from RMM's code.
 */
import { GRANULE, type RmiHost } from './rmi.ts';

const TYPE = 0b11n;
/** Of an invalid entry. */
const HIPAS = 0b11100n;
const NS = 1n << 55n;
const ADDRESS = 0xffff_ffff_f000n;
const DRAM = 0x8000_0000;
/** Where Rd and Rec hold what refers to other granules (firmware/arm/rmm/realm.tfw, rec.tfw). */
const RD_CONTEXT = 0x150;
const REC_RD = 0x680;
const REC_AUX = 0x7f8;

/** The granule that an entry of RMM's array stands for. */
function granuleOf(entry: bigint): number {
  return DRAM + ((Number(entry) - 0xfe00_0000) / 16) * GRANULE;
}

class Reading {
  readonly problems: string[] = [];
  /** By granule: the one thing that refers to it. */
  private readonly owners = new Map<number, string>();
  private readonly counts = new Map<number, number>();

  constructor(private readonly host: RmiHost) {}

  check(granules: readonly number[]): void {
    const { host } = this;
    for (const pa of granules) {
      if (host.state(pa) === 'RD') this.realm(pa);
      if (host.state(pa) === 'REC') this.rec(pa);
    }
    for (const pa of granules) this.granule(pa);
  }

  private say(pa: number, problem: string): void {
    this.problems.push(`0x${pa.toString(16)} ${problem}`);
  }

  /** Notes a reference, which must be the only one, to a granule in the state that it says. */
  private own(pa: number, state: string, by: string): void {
    const before = this.owners.get(pa);
    if (before !== undefined) this.say(pa, `belongs to ${before} and to ${by}`);
    this.owners.set(pa, by);
    if (this.host.state(pa) !== state) this.say(pa, `is ${this.host.state(pa)}, but ${by} has it as ${state}`);
  }

  private count(pa: number): void {
    this.counts.set(pa, (this.counts.get(pa) ?? 0) + 1);
  }

  private realm(rd: number): void {
    const [, level, tables, base] = [0, 1, 2, 3].map((i) => this.host.read(rd + RD_CONTEXT + 8 * i));
    this.own(rd, 'RD', 'itself');
    for (let i = 0; i < Number(tables); i++) {
      const table = granuleOf(base) + i * GRANULE;
      this.own(table, 'RTT', `Realm 0x${rd.toString(16)}`);
      this.table(table, Number(level));
    }
  }

  private table(table: number, level: number): void {
    for (const [i, entry] of this.host.words(table).entries()) {
      if ((entry & (TYPE | HIPAS)) === 0n) continue;
      const by = `entry ${i} of table 0x${table.toString(16)}`;
      const pa = Number(entry & ADDRESS);
      if ((entry & TYPE) === 0b11n && level < 3) {
        this.count(table);
        this.own(pa, 'RTT', by);
        this.table(pa, level + 1);
      } else if (this.assigned(entry)) {
        this.count(table);
        for (let part = 0; part < 512 ** (3 - level); part++) this.own(pa + part * GRANULE, 'DATA', by);
      }
    }
  }

  /** Memory of the Realm: a valid descriptor in the Realm address space, or an invalid one with HIPAS 1. */
  private assigned(entry: bigint): boolean {
    if ((entry & TYPE) !== 0n) return (entry & NS) === 0n;
    return (entry & HIPAS) === 0b100n;
  }

  private rec(rec: number): void {
    const { host } = this;
    const rd = granuleOf(host.read(rec + REC_RD));
    this.own(rec, 'REC', 'itself');
    if (host.state(rd) !== 'RD') this.say(rec, 'is a REC of no Realm');
    this.count(rd);
    for (let i = 0; i < Number(host.read(rec + REC_AUX)); i++) {
      this.own(granuleOf(host.read(rec + REC_AUX + 8 + 8 * i)), 'REC_AUX', `REC 0x${rec.toString(16)}`);
    }
  }

  private granule(pa: number): void {
    const { host } = this;
    const { state, refcount, locked } = host.granule(pa);
    if (locked) this.say(pa, 'is locked while no command runs');
    if (refcount !== (this.counts.get(pa) ?? 0)) this.say(pa, `has a count of ${refcount}, but ${this.counts.get(pa) ?? 0} references`);
    const tag = state === 'NS' ? 'Non-secure' : 'Realm';
    if (host.tag(pa) !== tag) this.say(pa, `is ${state}, but its tag is ${host.tag(pa)}`);
    const free = state === 'NS' || state === 'DELEGATED';
    if (free === this.owners.has(pa))
      this.say(pa, `is ${state}, and ${free ? `belongs to ${this.owners.get(pa)}` : 'nothing refers to it'}`);
    // The host writes to none of these granules: whatever is in a free one, a Realm or RMM left there.
    if (free && !host.zero(pa)) this.say(pa, `is ${state}, and not empty`);
  }
}

/** What is wrong with these granules, which are all that Realms were made of; nothing, it is to be hoped. */
export function problemsOf(host: RmiHost, granules: readonly number[]): string[] {
  const reading = new Reading(host);
  reading.check(granules);
  for (const { from, cached, table } of host.machine.units[0].stale()) {
    reading.problems.push(`0x${from.toString(16)} is cached with tag ${cached}, but is ${table}`);
  }
  return reading.problems;
}

/** Everything that RMM knows of these granules, and all that is in those that it has. */
export function pictureOf(host: RmiHost, granules: readonly number[]): string {
  return granules
    .map((pa) => {
      const { state, refcount } = host.granule(pa);
      return `${state} ${refcount} ${host.digest(pa)}`;
    })
    .join('\n');
}
