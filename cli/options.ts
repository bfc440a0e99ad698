/** The commands and their options: one row each, from which the command line is read and the help is written. */
import type { Options } from './arguments.ts';

interface CommandRow {
  readonly usage: string;
  readonly summary: string;
  readonly files: 'none' | 'one' | 'many';
  /** What its help says besides its options. */
  readonly details: readonly string[];
}

const MANY = 'Files, folders (all .tfw files below) and patterns such as "scenarios/**/*.tfw"; scenarios/ unless said.';

export const COMMANDS = {
  run: {
    usage: 'run FILE[#SCENARIO]',
    summary: 'run a scenario; print its flow and whether it passed',
    files: 'one',
    details: ['Prints who calls whom across worlds, then the result, and why it failed if it did.'],
  },
  test: {
    usage: 'test [FILE[#SCENARIO] | FOLDER | PATTERN]…',
    summary: 'run every scenario under all its seeds; print which passed',
    files: 'many',
    details: [MANY, 'A file that has errors fails, as does one without a scenario if it is named.'],
  },
  trace: {
    usage: 'trace FILE[#SCENARIO]',
    summary: 'print the flow of a scenario and nothing else',
    files: 'one',
    details: ['Ends with 0 also if the scenario fails: what it prints is what happened.'],
  },
  check: {
    usage: 'check [FILE | FOLDER | PATTERN]…',
    summary: 'print every error of the files, without running anything',
    files: 'many',
    details: [MANY, 'Ends with 1 if there is an error; warnings are printed and do no harm.'],
  },
  fmt: {
    usage: 'fmt [FILE | FOLDER | PATTERN]…',
    summary: 'format the files',
    files: 'many',
    details: [MANY, 'A file with errors of syntax is left as it is, and fails.'],
  },
  dap: {
    usage: 'dap [--port N]',
    summary: 'debug from any editor or script that speaks the Debug Adapter Protocol',
    files: 'none',
    details: ['Speaks on standard input and output; docs/clients.md says how editors start it.'],
  },
} as const satisfies Readonly<Record<string, CommandRow>>;

export type Command = keyof typeof COMMANDS;

interface OptionRow {
  readonly of: readonly Command[];
  readonly value?: string;
  readonly summary: string;
  /** The option's part of `Options`, or what is wrong with its value. */
  readonly parse: (value: string, before: Options) => Partial<Options> | string;
}

const count =
  (key: 'stepLimit' | 'seed' | 'jobs' | 'port', least: number, most = Number.MAX_SAFE_INTEGER) =>
  (text: string): Partial<Options> | string => {
    const value = Number(text.replaceAll('_', '') || 'none');
    if (value > most) return `\`${text}\` is more than ${most}`;
    return Number.isSafeInteger(value) && value >= least ? { [key]: value } : `\`${text}\` is no whole number of at least ${least}`;
  };

const UNITS: Readonly<Record<string, bigint>> = { KiB: 1n << 10n, MiB: 1n << 20n, GiB: 1n << 30n, TiB: 1n << 40n };
const ARGUMENT = /^([A-Za-z_]\w*)=(0x[0-9a-f_]+|0b[01_]+|\d[\d_]*|true|false)[ ]?([KMGT]iB)?$/i;

/** `page=0x8800_0000`, as a program would write it. */
function argument(text: string, { args }: Options): Partial<Options> | string {
  const [, name, value, unit = ''] = ARGUMENT.exec(text) ?? [];
  if (name === undefined) return `\`${text}\` is not like \`name=0x1000\``;
  const number = value === 'true' ? 1n : value === 'false' ? 0n : BigInt(value.replaceAll('_', ''));
  return { args: { ...args, [name]: number * (UNITS[unit] ?? 1n) } };
}

const RUNNING: readonly Command[] = ['run', 'test', 'trace'];

export const OPTIONS: Readonly<Record<string, OptionRow>> = {
  '--scenario': { of: RUNNING, value: 'NAME', summary: 'the scenario, where a file has several', parse: (scenario) => ({ scenario }) },
  '--seed': {
    of: RUNNING,
    value: 'N',
    summary: 'let N decide the secrets and the order in which cores step; test: instead of all `seeds` of the scenario',
    parse: count('seed', 0),
  },
  '--arg': { of: RUNNING, value: 'NAME=VALUE', summary: 'the value of an argument of the scenario; may be repeated', parse: argument },
  '--step-limit': { of: RUNNING, value: 'N', summary: 'give up after N steps (4 million unless said)', parse: count('stepLimit', 1) },
  '--verbose': { of: ['run', 'trace'], summary: 'show function calls and maintenance too', parse: () => ({ verbose: true }) },
  '--jobs': {
    of: ['test'],
    value: 'N',
    summary: 'scenarios that run at once (one for each core of this machine unless said)',
    parse: count('jobs', 1),
  },
  '--junit': { of: ['test'], value: 'FILE', summary: 'write a report for build servers', parse: (junit) => ({ junit }) },
  '--check': {
    of: ['fmt'],
    summary: 'change nothing; name what is not formatted, and end with 1 if there is any',
    parse: () => ({ check: true }),
  },
  '--port': {
    of: ['dap'],
    value: 'N',
    summary: 'serve whoever on this machine connects to TCP port N, until interrupted; 0: any that is free',
    parse: count('port', 0, 65_535),
  },
  '--json': {
    of: ['run', 'test', 'trace', 'check', 'fmt'],
    summary: 'print JSON, as docs/cli.md describes it',
    parse: () => ({ json: true }),
  },
};
