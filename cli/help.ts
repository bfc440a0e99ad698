/** What `--help` prints. */
import { COMMANDS, type Command, OPTIONS } from './options.ts';

const ALWAYS: readonly (readonly [string, string])[] = [
  ['--help', 'print this; behind a command, what that command takes'],
  ['--version', 'print the version'],
];
const CODES = 'Ends with 0 if everything passed, 1 if something failed or a file has errors, 2 if the command makes no sense.';

function rows(entries: readonly (readonly [string, string])[]): string {
  const width = Math.max(...entries.map(([left]) => left.length));
  return entries.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`).join('\n');
}

export function help(command?: Command): string {
  const options = Object.entries(OPTIONS)
    .filter(([, { of }]) => command === undefined || of.includes(command))
    .map(([name, { value, summary }]) => [value ? `${name} ${value}` : name, summary] as const);
  if (command === undefined) {
    const commands = rows(Object.values(COMMANDS).map(({ usage, summary }) => [`worldstep ${usage}`, summary] as const));
    return `worldstep: step through trusted-firmware flows\n\n${commands}\n\n${rows([...options, ...ALWAYS])}\n\n${CODES}`;
  }
  const { usage, summary, details } = COMMANDS[command];
  return `worldstep ${usage}: ${summary}\n\n${details.join('\n')}\n\n${rows([...options, ...ALWAYS])}\n\n${CODES}`;
}
