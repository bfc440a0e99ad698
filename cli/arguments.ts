/** What a command line says. */
import { closest } from '../language/index.ts';
import { COMMANDS, type Command, OPTIONS } from './options.ts';

export interface Options {
  readonly scenario?: string;
  readonly stepLimit: number;
  readonly seed?: number;
  /** Values of the scenario's arguments, by name. */
  readonly args: Readonly<Record<string, bigint>>;
  readonly verbose: boolean;
  readonly json: boolean;
  /** Where to write a report in JUnit's format. */
  readonly junit?: string;
  /** Scenarios that run at the same time; as many as the machine has cores unless said. */
  readonly jobs?: number;
  /** `dap`: TCP port to listen on instead of standard input. */
  readonly port?: number;
  /** `fmt`: say what is not formatted instead of formatting it. */
  readonly check: boolean;
}

export type Arguments =
  | { readonly kind: 'command'; readonly command: Command; readonly files: readonly string[]; readonly options: Options }
  | { readonly kind: 'help'; readonly command?: Command }
  | { readonly kind: 'version' }
  | { readonly kind: 'mistake'; readonly text: string };

/** Steps after which a run is given up: about a second of work, and ten times what the longest scenario of the library takes. */
export const DEFAULT_STEP_LIMIT = 4_000_000;

const DEFAULTS: Options = { stepLimit: DEFAULT_STEP_LIMIT, args: {}, verbose: false, json: false, check: false };

export function parseArguments(args: readonly string[]): Arguments {
  const words: string[] = [];
  const given: string[] = [];
  let help = false;
  let options = DEFAULTS;
  for (let i = 0; i < args.length; i++) {
    if (args[i] === '--') {
      words.push(...args.slice(i + 1));
      break;
    }
    const [name, attached] = splitOption(args[i]);
    if (name === '--version') return { kind: 'version' };
    if (name === '--help' || name === '-h') help = true;
    else if (!name.startsWith('-') || name === '-') words.push(args[i]);
    else {
      const row = Object.hasOwn(OPTIONS, name) ? OPTIONS[name] : undefined;
      if (row === undefined) return mistake(`there is no option ${name}${didYouMean(name, Object.keys(OPTIONS))}`);
      if (row.value === undefined && attached !== undefined) return mistake(`${name} takes no value`);
      const value = row.value === undefined ? '' : (attached ?? args[++i]);
      if (value === undefined) return mistake(`${name} needs a value: ${name} ${row.value}`);
      const parsed = row.parse(value, options);
      if (typeof parsed === 'string') return mistake(`${name}: ${parsed}`);
      options = { ...options, ...parsed };
      given.push(name);
    }
  }
  const [command, ...files] = words;
  if (command !== undefined && !isCommand(command)) {
    if (command === 'help') return { kind: 'help', ...(isCommand(files[0]) && { command: files[0] }) };
    return mistake(`there is no command \`${command}\`${didYouMean(command, Object.keys(COMMANDS))}`);
  }
  if (help) return { kind: 'help', ...(command && { command }) };
  if (command === undefined) return mistake('there is no command');
  const foreign = given.find((name) => !OPTIONS[name].of.includes(command));
  if (foreign !== undefined) return mistake(`\`${command}\` has no option ${foreign}`);
  const row = COMMANDS[command];
  if (row.files === 'none' && files.length > 0) return mistake(`\`${command}\` takes no file`);
  if (row.files === 'one' && files.length === 0) return mistake(`\`${command}\` needs a file`);
  if (row.files === 'one' && files.length > 1) return mistake(`\`${command}\` takes one file`);
  return { kind: 'command', command, files, options };
}

const mistake = (text: string): Arguments => ({ kind: 'mistake', text });
const isCommand = (text: string | undefined): text is Command => text !== undefined && Object.hasOwn(COMMANDS, text);

function didYouMean(name: string, known: readonly string[]): string {
  const near = known.find((each) => name.length > 3 && each.startsWith(name)) ?? closest(name, known);
  return near === undefined ? '' : `; did you mean \`${near}\`?`;
}

/** `--seed=3` is `--seed 3`. */
function splitOption(arg: string): [string, string | undefined] {
  const at = arg.startsWith('--') ? arg.indexOf('=') : -1;
  return at < 0 ? [arg, undefined] : [arg.slice(0, at), arg.slice(at + 1)];
}
