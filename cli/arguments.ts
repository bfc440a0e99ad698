/** What a command line says. */

export interface Options {
  readonly scenario?: string;
  readonly stepLimit: number;
  readonly seed?: number;
  readonly verbose: boolean;
}

export const COMMANDS = {
  run: { usage: 'run <file>[#scenario]', summary: 'run a scenario; print its flow and whether it passed', files: 'one' },
  test: { usage: 'test <file or folder>…', summary: 'run every scenario; print which passed', files: 'many' },
  trace: { usage: 'trace <file>[#scenario]', summary: 'print the flow of a scenario and nothing else', files: 'one' },
} as const;

export type Command = keyof typeof COMMANDS;

export type Arguments =
  | { readonly kind: 'command'; readonly command: Command; readonly files: readonly string[]; readonly options: Options }
  | { readonly kind: 'help' }
  | { readonly kind: 'version' }
  | { readonly kind: 'mistake'; readonly text: string };

/** Steps after which a run is given up: some seconds of work. */
export const DEFAULT_STEP_LIMIT = 20_000_000;

interface OptionRow {
  readonly value?: string;
  readonly summary: string;
  /** The option's part of `Options`, or what is wrong with its value. */
  readonly parse: (value: string) => Partial<Options> | string;
}

const count =
  (key: 'stepLimit' | 'seed', least: number) =>
  (text: string): Partial<Options> | string => {
    const value = Number(text.replaceAll('_', ''));
    return Number.isSafeInteger(value) && value >= least ? { [key]: value } : `\`${text}\` is no whole number of at least ${least}`;
  };

export const OPTIONS: Readonly<Record<string, OptionRow>> = {
  '--scenario': { value: 'NAME', summary: 'the scenario, where a file has several', parse: (scenario) => ({ scenario }) },
  '--step-limit': { value: 'N', summary: `give up after N steps (${DEFAULT_STEP_LIMIT} unless said)`, parse: count('stepLimit', 1) },
  '--seed': { value: 'N', summary: 'let N decide the order in which cores step (in turn unless said)', parse: count('seed', 0) },
  '--verbose': { summary: 'show function calls and maintenance too', parse: () => ({ verbose: true }) },
};

export function parseArguments(args: readonly string[]): Arguments {
  const words: string[] = [];
  let options: Options = { stepLimit: DEFAULT_STEP_LIMIT, verbose: false };
  for (let i = 0; i < args.length; i++) {
    const [name, attached] = splitOption(args[i]);
    if (name === '--help' || name === '-h') return { kind: 'help' };
    if (name === '--version') return { kind: 'version' };
    if (!name.startsWith('-') || name === '-') {
      words.push(args[i]);
      continue;
    }
    const row = OPTIONS[name];
    if (row === undefined) return mistake(`there is no option ${name}`);
    const value = row.value === undefined ? '' : (attached ?? args[++i]);
    if (value === undefined) return mistake(`${name} needs a value`);
    const parsed = row.parse(value);
    if (typeof parsed === 'string') return mistake(`${name}: ${parsed}`);
    options = { ...options, ...parsed };
  }
  const [command, ...files] = words;
  if (command === undefined) return mistake('there is no command');
  if (!isCommand(command)) return mistake(`there is no command \`${command}\``);
  if (files.length === 0) return mistake(`\`${command}\` needs a file`);
  if (files.length > 1 && COMMANDS[command].files === 'one') return mistake(`\`${command}\` takes one file`);
  return { kind: 'command', command, files, options };
}

const mistake = (text: string): Arguments => ({ kind: 'mistake', text });
const isCommand = (text: string): text is Command => Object.hasOwn(COMMANDS, text);

/** `--seed=3` is `--seed 3`. */
function splitOption(arg: string): [string, string | undefined] {
  const at = arg.startsWith('--') ? arg.indexOf('=') : -1;
  return at < 0 ? [arg, undefined] : [arg.slice(0, at), arg.slice(at + 1)];
}

export function help(): string {
  const rows = (entries: readonly (readonly [string, string])[]): string => {
    const width = Math.max(...entries.map(([left]) => left.length));
    return entries.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`).join('\n');
  };
  const options: (readonly [string, string])[] = Object.entries(OPTIONS).map(([name, { value, summary }]) => [
    value ? `${name} ${value}` : name,
    summary,
  ]);
  return `worldstep: step through trusted-firmware flows

${rows(Object.values(COMMANDS).map(({ usage, summary }) => [`worldstep ${usage}`, summary] as const))}

${rows([...options, ['--help', 'print this'], ['--version', 'print the version']])}

Ends with 0 if everything passed, 1 if something failed or does not compile, 2 if the command makes no sense.`;
}
