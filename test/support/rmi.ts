/**
 * A host that does what a test tells it, call by call: real firmware from reset, and an image at Non-secure EL2 that makes the
 * RMI call it finds in a page, and writes there what came back.
 */
import { evaluateViews, type Program, type ViewNode } from '../../language/index.ts';
import { library } from '../../language/library/library.generated.ts';
import type { Event, Machine, MachineSnapshot, ProtectionUnit } from '../../machine/index.ts';
import { compileText } from './programs.ts';

/** What a core of the host and the test exchange: whether a call waits, x0 to x7 before it, x0 to x4 after it. */
const MAIL = 0x8800_0000;
const MAIL_SIZE = 0x100;
const DONE = 0x80;

/** The host, on as many cores as it is told. */
export const hostOf = (cores: number): string => `
use firmware.arm.cca

scenario "a host that does what it is told" on cca {
    cores ${cores}
    image host in NS.EL2 {
        fn main() {
            let mail = (0x8800_0000 + MPIDR_EL1.Aff0 * 0x100) as *u64
            while true {
                while mail[0] == 0 { }
                smc(mail[1], mail[2], mail[3], mail[4], mail[5], mail[6], mail[7])
                mail[16] = x0
                mail[17] = x1
                mail[18] = x2
                mail[19] = x3
                mail[20] = x4
                mail[0] = 0
            }
        }
        vector sync_same_el {
            panic("the host faulted: ESR_EL2 {ESR_EL2}, FAR_EL2 {FAR_EL2}")
        }
    }
    view open_slots "Open slots" in rmm {
        for i in 0..MAX_CPUS * NR_CPU_SLOTS where slot_table[i] != INVALID_DESC { item "slot {i}" }
    }
${Array.from({ length: cores }, (_, i) => `    core ${i} runs host.main`).join('\n')}
}
`;

/** The constants of a module of the library that are plain numbers. */
function constants(path: string): Map<string, bigint> {
  const found = library[path].matchAll(/^const (\w+): u\d+ = (0x[0-9a-fA-F_]+|\d+)$/gm);
  return new Map([...found].map(([, name, value]) => [name, BigInt(value.replaceAll('_', ''))]));
}
const RMI = constants('firmware/arm/rmi.tfw');

export const GRANULE = 0x1000;
/** The array of granules, and the bank of DRAM that it is of (firmware/arm/platform_def.tfw). */
const GRANULES = 0xfe00_0000;
const DRAM = 0x8000_0000;
const STATES = ['NS', 'DELEGATED', 'RD', 'REC', 'REC_AUX', 'DATA', 'RTT'] as const;
export type GranuleStateName = (typeof STATES)[number];

export interface Granule {
  readonly state: GranuleStateName;
  readonly locked: boolean;
  readonly refcount: number;
}

export type Status = 'SUCCESS' | 'INPUT' | 'REALM' | 'REC' | 'RTT';
const STATUSES: readonly Status[] = ['SUCCESS', 'INPUT', 'REALM', 'REC', 'RTT'];

/** What a command gave: status and index of x0, and x0 to x4. */
export interface Result {
  readonly status: Status;
  readonly index: number;
  readonly x: readonly bigint[];
}

type Value = number | bigint;

export class RmiHost {
  readonly machine: Machine;
  /** Panics and faults of firmware since the start; the host's own among them. */
  readonly troubles: string[] = [];
  /** TLB maintenance of stage 2 since the start: operation, and the address that it is for. */
  readonly invalidated: string[] = [];
  private readonly gpt: ProtectionUnit;

  constructor(readonly program: Program) {
    this.machine = program.createMachine();
    this.machine.sink = (event) => this.observe(event);
    this.gpt = this.machine.units[0];
    this.run('RMI_VERSION', 0x1_0000);
  }

  /** Makes a call and says how it ended, as a test reads it: `SUCCESS`, or `RTT 2` with the index where it means something. */
  rmi(command: string, ...args: Value[]): string {
    const { status, index } = this.run(command, ...args);
    return status === 'RTT' || index !== 0 ? `${status} ${index}` : status;
  }

  /** Makes a call, which must succeed; gives x0 to x4. */
  ok(command: string, ...args: Value[]): readonly bigint[] {
    const { status, index, x } = this.run(command, ...args);
    if (status !== 'SUCCESS') throw new Error(`${command}(${args.map((arg) => `0x${arg.toString(16)}`).join(', ')}): ${status} ${index}`);
    return x;
  }

  run(command: string, ...args: Value[]): Result {
    this.start(0, command, args);
    return this.finish(0);
  }

  /** Has a core make a call, and goes on before it is done. */
  start(core: number, command: string, args: readonly Value[]): void {
    const fid = RMI.get(command);
    if (fid === undefined) throw new Error(`${command} is no RMI command`);
    const mail = MAIL + core * MAIL_SIZE;
    for (const [i, value] of [fid, ...args, 0, 0, 0, 0, 0, 0].slice(0, 7).entries()) this.write(mail + 8 + 8 * i, value);
    this.write(mail, 1n);
  }

  /** Waits for the call that a core makes. */
  finish(core: number): Result {
    const mail = MAIL + core * MAIL_SIZE;
    for (let rounds = 0; this.read(mail) !== 0n; rounds++) {
      this.steps(256);
      if (rounds > 20_000) throw new Error('the call does not come back');
    }
    const x = [0, 1, 2, 3, 4].map((i) => this.read(mail + DONE + 8 * i));
    return { status: STATUSES[Number(x[0] & 0xffn)], index: Number(x[0] >> 8n), x };
  }

  steps(count: number): void {
    for (let i = 0; i < count; i++) this.machine.step();
    if (this.troubles.length > 0) throw new Error(this.troubles.join('; '));
  }

  private observe(event: Event): void {
    if (event.kind === 'tlb_maintenance' && /E1IS$/.test(event.operation)) {
      const address = event.operation.startsWith('IPA') ? ` 0x${(event.operand << 12n).toString(16)}` : '';
      this.invalidated.push(event.operation + address);
    }
    if (event.kind === 'panic') this.troubles.push(event.message);
    if (event.kind === 'unhandled_fault' || event.kind === 'undefined_instruction') this.troubles.push(`${event.kind}: ${event.problem}`);
  }

  /** Physical memory, whoever it belongs to. */
  read(pa: number, size = 8): bigint {
    return this.machine.memory.read(pa, size);
  }

  write(pa: number, value: Value, size = 8): void {
    this.machine.memory.write(pa, size, BigInt.asUintN(8 * size, BigInt(value)));
  }

  bytes(pa: number, length: number): string {
    return Array.from({ length }, (_, i) =>
      this.read(pa + i, 1)
        .toString(16)
        .padStart(2, '0'),
    ).join('');
  }

  /** Fills a page of the host: fields by offset, all else zero. */
  page(pa: number, fields: readonly (readonly [offset: number, size: number, value: Value])[]): void {
    for (let at = pa; at < pa + GRANULE; at += 8) this.write(at, 0n);
    for (const [offset, size, value] of fields) this.write(pa + offset, value, size);
  }

  /** What RMM has written down about a granule. */
  granule(pa: number): Granule {
    const entry = GRANULES + ((pa - DRAM) / GRANULE) * 16;
    return {
      locked: this.read(entry) !== 0n,
      state: STATES[Number(this.read(entry + 8, 2))],
      refcount: Number(this.read(entry + 10, 2)),
    };
  }

  state(pa: number): GranuleStateName {
    return this.granule(pa).state;
  }

  /** Changes a count that would take hundreds of commands to reach. */
  setRefcount(pa: number, refcount: number): void {
    this.write(GRANULES + ((pa - DRAM) / GRANULE) * 16 + 10, refcount, 2);
  }

  /** The granule protection table's word on it. */
  tag(pa: number): string {
    const value = this.gpt.tagAt(pa);
    return this.machine.architecture.tags.find((row) => row.value === value)?.name ?? `${value}`;
  }

  /** Writes another tag into the table behind everybody's back, as if EL3 had done it for Secure state. */
  retag(pa: number, gpi: number): void {
    const cell = this.gpt.source(pa).cells.at(-1);
    if (cell === undefined) throw new Error('no table says what the granule is');
    const shift = BigInt(((pa % 0x1_0000) / GRANULE) * 4);
    this.write(cell.pa, (this.read(cell.pa) & ~(0xfn << shift)) | (BigInt(gpi) << shift));
  }

  /** A page, in words of 64 bits. */
  words(pa: number): BigUint64Array {
    return this.machine.memory.page(pa / GRANULE).u64;
  }

  zero(pa: number): boolean {
    return this.machine.memory.page(pa / GRANULE).u32.every((word) => word === 0);
  }

  /** A number that differs, almost always, if the content does. */
  digest(pa: number): number {
    let hash = 0x811c9dc5;
    for (const word of this.machine.memory.page(pa / GRANULE).u32) hash = Math.imul(hash ^ word, 0x0100_0193);
    return hash;
  }

  delegate(...granules: number[]): void {
    for (const granule of granules) this.ok('RMI_GRANULE_DELEGATE', granule);
  }

  /** What a view of the firmware's shows. */
  view(title: string): readonly ViewNode[] {
    const found = evaluateViews(this.program, this.machine).find(({ label }) => label === title);
    if (!found) throw new Error(`there is no view ${title}`);
    return found.children;
  }

  snapshot(): MachineSnapshot {
    return this.machine.snapshot();
  }

  restore(snapshot: MachineSnapshot): void {
    this.machine.restore(snapshot);
    this.troubles.length = 0;
    this.invalidated.length = 0;
  }
}

let booted: { host: RmiHost; snapshot: MachineSnapshot } | undefined;

/** The host right after boot. All tests of a thread share one machine. */
export function bootedHost(): RmiHost {
  if (booted === undefined) {
    const host = new RmiHost(compileText(hostOf(1)));
    booted = { host, snapshot: host.snapshot() };
  }
  booted.host.restore(booted.snapshot);
  return booted.host;
}
