/**
 * A core: registers, a position in code, and the one word it executes at a time. What is common to all architectures;
 * each derives its own and says how accesses translate and how exceptions are taken.
 *
 * Generated words talk to it through a small set of operations (`load`, `store`, `local`, `read`, `write`, …). Loads
 * come first; stores are translated at once but queued, and committed when no operation of the word faulted: so a word
 * that faults leaves everything as it was.
 */
import { type Access, type Fault, type RegisterView, refine, type Stage, type Translation } from './access.ts';
import type { Architecture } from './architecture.ts';
import type { EventBody } from './event.ts';
import type { Explanation } from './explain.ts';
import type { Machine } from './machine.ts';
import { PAGE_SIZE, type Page, readPage, writePage } from './memory.ts';
import type { Word } from './word.ts';

/** `finished`, `halted` (panic, failed expectation, lock-up) and `off` never run again by themselves; `waiting` waits for an interrupt. */
export type CoreStatus = 'running' | 'waiting' | 'finished' | 'halted' | 'off';

/** What expressions need of whoever evaluates them: a core, or the debugger's eyes. */
export interface Eye {
    readonly sp: bigint;
    readonly pc: bigint;
    /** Set by an operation that could not be done; the value it returned means nothing then. */
    fault: Fault | null;
    load(va: bigint, size: number): bigint;
    /** The 8-byte slot at `offset` bytes from SP. */
    local(offset: number): bigint;
    read(register: number): bigint;
}

export interface CoreSnapshot {
    readonly regs: BigUint64Array;
    readonly state: number;
    readonly status: CoreStatus;
    readonly pc: bigint;
    /** TLBs and whatever else the architecture keeps. */
    readonly extra: unknown;
}

const CACHE_SLOTS = 64;

export abstract class Core implements Eye, RegisterView {
    readonly regs: BigUint64Array;
    /** Registers written since the debugger cleared the marks. */
    readonly written: Uint8Array;
    readonly architecture: Architecture;
    /** Index in `Architecture.states`. */
    state = 0;
    status: CoreStatus = 'running';
    fault: Fault | null = null;
    /** Present while a word is executed again to be explained. */
    explanation: Explanation | undefined;
    abstract readonly stages: readonly Stage[];

    private codeBase = 0n;
    private codeOffset = 0;
    private codeEpoch = 0;
    private code: Page | null = null;
    private redirected = false;

    /** Index of the register that is SP now. */
    protected stackRegister = 0;
    private frameOffset = 0;
    private frameBase = 0n;
    private framePage: Page | null = null;
    private frameEpoch = 0;
    private frameWritable = false;

    private readonly readTag = new Float64Array(CACHE_SLOTS).fill(-1);
    private readonly readEpoch = new Float64Array(CACHE_SLOTS);
    private readonly readPages: Page[] = [];
    private readonly writeTag = new Float64Array(CACHE_SLOTS).fill(-1);
    private readonly writeEpoch = new Float64Array(CACHE_SLOTS);
    private readonly writeNumbers = new Float64Array(CACHE_SLOTS);

    private queued = 0;
    private readonly queuePage: number[] = [];
    private readonly queueOffset: number[] = [];
    private readonly queueSize: number[] = [];
    private readonly queueValue: bigint[] = [];

    constructor(
        readonly machine: Machine,
        readonly id: number,
    ) {
        this.architecture = machine.architecture;
        this.regs = new BigUint64Array(this.architecture.registers.length);
        this.written = new Uint8Array(this.architecture.registers.length);
    }

    // ------------------------------------------------------------------ what an architecture adds

    /** Takes the exception that `fault` calls for, with its syndrome; the word has changed nothing. */
    protected abstract take(fault: Fault): void;
    /** The fault of fetching at a PC that is not a multiple of 4. */
    protected abstract misalignedPc(access: Access): Fault;
    /** The fault of executing what is no instruction, or one that this state may not execute. */
    abstract undefinedFault(problem: string, word?: number): Fault;
    /** Recomputes what a stored register changed: state, bank of SP, translation. Called after a store to a `context` register. */
    protected abstract contextChanged(register: number): void;
    protected abstract saveExtra(): unknown;
    protected abstract restoreExtra(extra: unknown): void;

    // ------------------------------------------------------------------ position

    get pc(): bigint {
        return BigInt.asUintN(64, this.codeBase + BigInt(this.codeOffset));
    }

    /** Execution goes on at `va` instead of the next word. */
    jump(va: bigint): void {
        this.codeOffset = Number(va & 0xfffn);
        this.codeBase = va - BigInt(this.codeOffset);
        this.codeEpoch = 0;
    }

    next(): void {
        this.codeOffset += 4;
    }

    branch(words: number): void {
        this.codeOffset += words * 4;
    }

    /** An instruction that changed PC itself says so: the word that called it does not advance PC. */
    redirect(va: bigint): void {
        this.jump(va);
        this.redirected = true;
    }

    get sp(): bigint {
        return this.regs[this.stackRegister];
    }

    setSp(value: bigint): void {
        this.regs[this.stackRegister] = value;
        this.written[this.stackRegister] = 1;
        this.moveFrame();
    }

    /** SP or its bank changed: on another page, the cached frame page is looked up again. */
    protected moveFrame(): void {
        const sp = this.regs[this.stackRegister];
        this.frameOffset = Number(sp & 0xfffn);
        const base = sp - BigInt(this.frameOffset);
        if (base !== this.frameBase) {
            this.frameBase = base;
            this.framePage = null;
        }
    }

    // ------------------------------------------------------------------ one step

    /** The word that the next step executes, without doing or changing anything; `null` if it would fault or is no word. */
    upcoming(): Word | null {
        if (this.codeEpoch === this.machine.memory.epoch && this.codeOffset >= 0 && this.codeOffset < PAGE_SIZE) {
            return this.decode(this.code as Page, this.codeOffset);
        }
        const pc = this.pc;
        const access: Access = { kind: 'fetch', purpose: 'debug', va: pc, size: 4, pa: 0, space: 0 };
        if ((pc & 3n) !== 0n || this.translate(access, { core: this, view: this, tlb: true, peek: true })) return null;
        return this.decode(this.machine.memory.page(Math.floor(access.pa / PAGE_SIZE)), access.pa % PAGE_SIZE);
    }

    /** Executes one word. */
    step(): void {
        const word = this.fetch();
        if (word !== null) {
            word.seen = true;
            word.run(this);
        }
        if (this.fault !== null) {
            const fault = this.fault;
            this.fault = null;
            this.queued = 0;
            this.take(fault);
        }
    }

    private fetch(): Word | null {
        if (this.codeEpoch !== this.machine.memory.epoch || this.codeOffset < 0 || this.codeOffset >= PAGE_SIZE || this.explanation) {
            if (!this.refetch()) return null;
        }
        const word = this.decode(this.code as Page, this.codeOffset);
        if (word === null) {
            const bytes = (this.code as Page).u32[this.codeOffset >>> 2];
            this.fault = this.undefinedFault(`0x${bytes.toString(16).padStart(8, '0')} is no instruction`, bytes);
        }
        return word;
    }

    /** Looks the page of PC up again, by the path that every fetch takes. */
    private refetch(): boolean {
        const pc = this.pc;
        const access: Access = { kind: 'fetch', purpose: 'fetch', va: pc, size: 4, pa: 0, space: 0 };
        if ((pc & 3n) !== 0n) {
            this.fault = this.misalignedPc(access);
            return false;
        }
        const fault = this.translate(access, { core: this, view: this, tlb: true, explanation: this.explanation });
        if (fault) {
            this.fault = fault;
            return false;
        }
        this.codeOffset = Number(pc & 0xfffn);
        this.codeBase = pc - BigInt(this.codeOffset);
        this.code = this.machine.memory.page(Math.floor(access.pa / PAGE_SIZE));
        this.codeEpoch = this.machine.memory.epoch;
        return true;
    }

    private decode(page: Page, offset: number): Word | null {
        if (page.words === null) {
            page.words = new Array(PAGE_SIZE / 4);
            this.machine.memory.epoch++; // a cached frame page that is code now must be looked up again
        }
        const index = offset >>> 2;
        const known = page.words[index];
        if (known !== undefined) return known;
        const word = this.machine.dictionary.get(page.u32[index]) ?? null;
        page.words[index] = word;
        return word;
    }

    // ------------------------------------------------------------------ memory, as words see it

    /** Refines `access` through the platform's stages; notes it if the word is being explained. */
    translate(access: Access, translation: Translation): Fault | null {
        translation.explanation?.begin(access);
        return refine(this.stages, access, translation);
    }

    private translateNow(kind: 'read' | 'write', va: bigint, size: number, frame: boolean): Access | null {
        const access: Access = { kind, purpose: frame ? 'frame' : 'data', va, size, pa: 0, space: 0 };
        const fault = this.translate(access, { core: this, view: this, tlb: true, explanation: this.explanation });
        if (fault === null) return access;
        this.fault ??= fault;
        return null;
    }

    load(va: bigint, size: number): bigint {
        return this.loadAs(va, size, false);
    }

    private loadAs(va: bigint, size: number, frame: boolean): bigint {
        const offset = Number(va & 0xfffn);
        if (offset + size > PAGE_SIZE) return this.loadAcross(va, size);
        const tag = Number(va >> 12n);
        const slot = tag & (CACHE_SLOTS - 1);
        if (this.readTag[slot] === tag && this.readEpoch[slot] === this.machine.memory.epoch && !this.explanation) {
            return readPage(this.readPages[slot], offset, size);
        }
        const access = this.translateNow('read', va, size, frame);
        if (access === null) return 0n;
        const page = this.machine.memory.page(Math.floor(access.pa / PAGE_SIZE));
        this.readTag[slot] = tag;
        this.readEpoch[slot] = this.machine.memory.epoch;
        this.readPages[slot] = page;
        return readPage(page, offset, size);
    }

    /** A load that crosses a page is one access a byte, as unaligned accesses are not single-copy atomic. */
    private loadAcross(va: bigint, size: number): bigint {
        let value = 0n;
        for (let i = 0; i < size && this.fault === null; i++) value |= this.load(BigInt.asUintN(64, va + BigInt(i)), 1) << BigInt(8 * i);
        return value;
    }

    /** Translates now, stores at `commit`. */
    store(va: bigint, size: number, value: bigint): void {
        this.storeAs(va, size, value, false);
    }

    /** A store to a stack frame: the same access, marked as a frame's. */
    storeFrame(va: bigint, value: bigint): void {
        this.storeAs(va, 8, value, true);
    }

    private storeAs(va: bigint, size: number, value: bigint, frame: boolean): void {
        const offset = Number(va & 0xfffn);
        if (offset + size > PAGE_SIZE) {
            for (let i = 0; i < size; i++) this.storeAs(BigInt.asUintN(64, va + BigInt(i)), 1, (value >> BigInt(8 * i)) & 0xffn, frame);
            return;
        }
        const tag = Number(va >> 12n);
        const slot = tag & (CACHE_SLOTS - 1);
        let number = this.writeNumbers[slot];
        if (this.writeTag[slot] !== tag || this.writeEpoch[slot] !== this.machine.memory.epoch || this.explanation) {
            const access = this.translateNow('write', va, size, frame);
            if (access === null) return;
            number = Math.floor(access.pa / PAGE_SIZE);
            this.writeTag[slot] = tag;
            this.writeEpoch[slot] = this.machine.memory.epoch;
            this.writeNumbers[slot] = number;
        }
        const at = this.queued++;
        this.queuePage[at] = number;
        this.queueOffset[at] = offset;
        this.queueSize[at] = size;
        this.queueValue[at] = value;
    }

    /** Performs the queued stores, unless something faulted. Returns whether the word may go on to its registers. */
    commit(): boolean {
        if (this.fault !== null) {
            this.queued = 0;
            return false;
        }
        for (let i = 0; i < this.queued; i++) {
            writePage(this.machine.memory.writable(this.queuePage[i]), this.queueOffset[i], this.queueSize[i], this.queueValue[i]);
        }
        this.queued = 0;
        return true;
    }

    /** Ends a word that is neither a branch nor a call: commits, then goes on with the next word unless it redirected. */
    complete(): void {
        if (this.commit() && !this.redirected) this.codeOffset += 4;
        this.redirected = false;
    }

    local(offset: number): bigint {
        const at = this.frameOffset + offset;
        if (this.frameEpoch === this.machine.memory.epoch && this.framePage !== null && at + 8 <= PAGE_SIZE && !this.explanation) {
            return this.framePage.u64[at >>> 3];
        }
        const value = this.loadAs(this.sp + BigInt(offset), 8, true);
        if (this.fault === null && at + 8 <= PAGE_SIZE && (at & 7) === 0) this.keepFrame();
        return value;
    }

    /** Stores to the slot at SP + `offset`; the only store of its word. Returns false if it faulted. */
    setLocal(offset: number, value: bigint): boolean {
        const at = this.frameOffset + offset;
        if (this.frameWritable && this.frameEpoch === this.machine.memory.epoch && this.framePage !== null && at + 8 <= PAGE_SIZE && !this.explanation) {
            this.framePage.u64[at >>> 3] = value;
            this.framePage.mark(at);
            return true;
        }
        this.storeAs(this.sp + BigInt(offset), 8, value, true);
        if (!this.commit()) return false;
        if (at + 8 <= PAGE_SIZE && (at & 7) === 0) {
            const slot = Number(this.sp >> 12n) & (CACHE_SLOTS - 1);
            this.framePage = this.machine.memory.page(this.writeNumbers[slot]);
            this.frameWritable = this.machine.memory.owns(this.framePage);
            this.frameEpoch = this.machine.memory.epoch;
        }
        return true;
    }

    private keepFrame(): void {
        const slot = Number(this.sp >> 12n) & (CACHE_SLOTS - 1);
        this.framePage = this.readPages[slot];
        this.frameWritable = false;
        this.frameEpoch = this.machine.memory.epoch;
    }

    // ------------------------------------------------------------------ registers, as words see them

    read(register: number): bigint {
        const row = this.architecture.registers[register];
        if (((row.readable >>> this.state) & 1) === 0) {
            this.fault ??= this.undefinedFault(`${row.name} cannot be read in ${this.architecture.states[this.state].name}`);
            return 0n;
        }
        return this.peek(register);
    }

    /** The register's value without any check: the debugger's eyes, and the hardware itself. */
    peek(register: number): bigint {
        return peekRegister(this.architecture, this.regs, register);
    }

    /** Whether this state may store to the register; sets the fault if not. Asked before the word commits. */
    mayWrite(register: number): boolean {
        const row = this.architecture.registers[register];
        if (((row.writable >>> this.state) & 1) === 1) return true;
        this.fault ??= this.undefinedFault(`${row.name} cannot be written in ${this.architecture.states[this.state].name}`);
        return false;
    }

    /** Stores to a register that `mayWrite` allowed. */
    write(register: number, value: bigint): void {
        const row = this.architecture.registers[register];
        const { alias } = row;
        if (alias) {
            const target = aliasTarget(this.architecture, row);
            const mask = ((1n << BigInt(alias.high - alias.low + 1)) - 1n) << BigInt(alias.low);
            const field = ((value >> BigInt(alias.shift)) << BigInt(alias.low)) & mask;
            this.set(target, (this.regs[target] & ~mask) | field);
        } else {
            this.set(register, BigInt.asUintN(row.bits, value));
        }
        if (row.context) this.contextChanged(register);
        else if (register === this.stackRegister) this.moveFrame();
    }

    /** Stores to the register file itself: the hardware's own doing. */
    set(register: number, value: bigint): void {
        this.regs[register] = value;
        this.written[register] = 1;
    }

    emit(event: EventBody, fields?: Readonly<Record<string, bigint>>): void {
        this.machine.emit(this, event, fields);
    }

    // ------------------------------------------------------------------ snapshots

    snapshot(): CoreSnapshot {
        return { regs: this.regs.slice(), state: this.state, status: this.status, pc: this.pc, extra: this.saveExtra() };
    }

    restore(snapshot: CoreSnapshot): void {
        this.regs.set(snapshot.regs);
        this.state = snapshot.state;
        this.status = snapshot.status;
        this.fault = null;
        this.queued = 0;
        this.restoreExtra(snapshot.extra);
        this.jump(snapshot.pc);
        this.framePage = null;
        this.moveFrame();
    }
}

const targets = new WeakMap<object, number>();
function aliasTarget(architecture: Architecture, row: Architecture['registers'][number]): number {
    let target = targets.get(row);
    if (target === undefined) {
        target = architecture.registers.findIndex(r => r.name === row.alias?.of);
        targets.set(row, target);
    }
    return target;
}

/** A register's value in a register file, aliases resolved. */
export function peekRegister(architecture: Architecture, regs: BigUint64Array, register: number): bigint {
    const row = architecture.registers[register];
    if (!row.alias) return regs[register];
    const { high, low, shift } = row.alias;
    return BigInt.asUintN(high - low + 1, regs[aliasTarget(architecture, row)] >> BigInt(low)) << BigInt(shift);
}
