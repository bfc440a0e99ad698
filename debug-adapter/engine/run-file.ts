/**
 * A run as a file: what program it is of, what it was given, and where it stood. It replays anywhere, and is refused where
 * the program is another.
 */
import type { Program } from '../../language/index.ts';
import type { Architecture, Machine, Schedule } from '../../machine/index.ts';
import type { Bookmark } from './engine.ts';
import type { Input, InputAt } from './input.ts';

/** What decides a program's run besides its text: arguments, seed, schedule. */
export interface RunOptions {
  readonly schedule?: Schedule;
  readonly seed?: number;
  readonly args?: Readonly<Record<string, bigint>>;
}

const FORMAT = 'worldstep run';
const VERSION = 1;

/** Plain JSON. Numbers that may not fit 53 bits are hexadecimal texts, bytes are pairs of hexadecimal digits. */
export interface RunFile {
  readonly format: typeof FORMAT;
  readonly version: typeof VERSION;
  readonly program: { readonly file: string; readonly scenario: string; readonly hash: string };
  readonly options: { readonly schedule?: Schedule; readonly seed?: number; readonly args?: Readonly<Record<string, string>> };
  readonly inputs: readonly SavedInput[];
  /** Steps done. */
  readonly position: number;
  readonly bookmarks: readonly { readonly name: string; readonly step: number }[];
}

export interface SavedInput {
  readonly step: number;
  readonly kind: Input['kind'];
  readonly core?: number;
  /** Name of the register. */
  readonly register?: string;
  readonly value?: string;
  readonly pa?: string;
  /** Id of the physical address space. */
  readonly space?: string;
  readonly bytes?: string;
}

/** A file that is no run, or not one of this program; the message is for the user. */
export class RunFileError extends Error {}

// -------------------------------------------------------------------- writing

export interface Saved {
  readonly program: Program;
  readonly options: RunOptions;
  readonly inputs: readonly InputAt[];
  readonly position: number;
  readonly bookmarks: readonly Bookmark[];
}

const hexOf = (value: bigint | number): string => `0x${value.toString(16)}`;
const fileOf = (uri: string): string => uri.slice(uri.lastIndexOf('/') + 1);

export function saveRun({ program, options, inputs, position, bookmarks }: Saved): RunFile {
  const { args, schedule, seed } = options;
  const { architecture } = program.platform;
  return {
    format: FORMAT,
    version: VERSION,
    program: { file: fileOf(program.uri), scenario: program.scenario.name, hash: program.hash },
    options: {
      ...(schedule !== undefined && { schedule }),
      ...(seed !== undefined && { seed }),
      ...(args && { args: Object.fromEntries(Object.entries(args).map(([name, value]) => [name, hexOf(value)])) }),
    },
    inputs: inputs.map(({ step, input }) => ({ step, ...saveInput(architecture, input) })),
    position,
    bookmarks: bookmarks.map(({ name, position: { step } }) => ({ name, step })),
  };
}

function saveInput({ registers, spaces }: Architecture, input: Input): Omit<SavedInput, 'step'> {
  switch (input.kind) {
    case 'register':
      return { kind: 'register', core: input.core, register: registers[input.register].name, value: hexOf(input.value) };
    case 'memory': {
      const bytes = [...input.bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
      return { kind: 'memory', pa: hexOf(input.pa), space: spaces[input.space].id, bytes };
    }
    case 'pc':
      return { kind: 'pc', core: input.core, value: hexOf(input.value) };
    default:
      return input;
  }
}

// -------------------------------------------------------------------- reading

/** The file that a text is. */
export function parseRunFile(text: string): RunFile {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new RunFileError('This file is no saved run: it is no JSON.');
  }
  const file = value as Partial<RunFile> | null;
  if (typeof file !== 'object' || file === null || file.format !== FORMAT) throw new RunFileError('This file is no saved run.');
  if (file.version !== VERSION) throw new RunFileError(`This run was saved by another version of Worldstep (format ${file.version}).`);
  const { program, options, inputs, position, bookmarks } = file;
  const whole =
    typeof program?.file === 'string' &&
    typeof program.scenario === 'string' &&
    typeof program.hash === 'string' &&
    typeof options === 'object' &&
    options !== null &&
    Array.isArray(inputs) &&
    Array.isArray(bookmarks) &&
    isStep(position);
  if (!whole) throw new RunFileError('This saved run is damaged.');
  return file as RunFile;
}

/** What the program must be compiled with to be the one that ran. */
export function optionsOf({ options: { schedule, seed, args } }: RunFile): RunOptions {
  return {
    ...(schedule !== undefined && { schedule }),
    ...(seed !== undefined && { seed }),
    ...(args && { args: Object.fromEntries(Object.entries(args).map(([name, value]) => [name, bigOf(value)])) }),
  };
}

/** The inputs of a run of this program; throws if the file is of another. */
export function inputsOf(file: RunFile, program: Program, machine: Machine): InputAt[] {
  const { scenario, hash } = file.program;
  if (scenario !== program.scenario.name) {
    throw new RunFileError(`This run is of the scenario "${scenario}", and not of "${program.scenario.name}".`);
  }
  if (hash !== program.hash) {
    throw new RunFileError(
      `This run is of "${scenario}" as it was when the run was saved: the program, its arguments or its seed have changed.`,
    );
  }
  if (!isStep(file.position)) throw damaged('its position');
  const inputs = file.inputs.map((saved, i): InputAt => {
    const previous = i > 0 ? file.inputs[i - 1].step : 0;
    if (!isStep(saved?.step) || saved.step < previous) throw damaged(`input ${i + 1}`);
    return { step: saved.step, input: readInput(saved, machine) ?? fail(`input ${i + 1}`) };
  });
  return inputs;
}

const damaged = (what: string): RunFileError => new RunFileError(`This saved run is damaged: ${what} makes no sense.`);

function fail(what: string): never {
  throw damaged(what);
}

const isStep = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;

function bigOf(text: unknown): bigint {
  if (typeof text !== 'string' || !/^0x[0-9a-f]+$/.test(text)) throw damaged(`the number ${text}`);
  return BigInt(text);
}

function readInput({ kind, core, register, value, pa, space, bytes }: SavedInput, machine: Machine): Input | undefined {
  const { registers, spaces } = machine.architecture;
  const known = core !== undefined && machine.cores[core] !== undefined;
  switch (kind) {
    case 'register': {
      const index = registers.findIndex(({ name }) => name === register);
      return known && index >= 0 ? { kind, core, register: index, value: bigOf(value) } : undefined;
    }
    case 'memory': {
      const at = Number(bigOf(pa));
      const index = spaces.findIndex(({ id }) => id === space);
      if (index < 0 || typeof bytes !== 'string' || !/^([0-9a-f]{2})+$/.test(bytes)) return undefined;
      const data = Uint8Array.from(bytes.match(/../g) ?? [], (byte) => Number.parseInt(byte, 16));
      return machine.isMemory(at, data.length) ? { kind, pa: at, space: index, bytes: data } : undefined;
    }
    case 'pc':
      return known ? { kind, core, value: BigInt.asUintN(64, bigOf(value)) } : undefined;
    case 'next':
      return known ? { kind, core } : undefined;
    case 'only':
      return core === undefined ? { kind } : known ? { kind, core } : undefined;
    default:
      return undefined;
  }
}
