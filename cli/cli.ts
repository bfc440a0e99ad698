/** The command line, apart from the process it runs in. */
import { type Arguments, type Options, parseArguments } from './arguments.ts';
import { check } from './commands/check.ts';
import { dap } from './commands/dap.ts';
import { fmt } from './commands/fmt.ts';
import { run, trace } from './commands/run.ts';
import { test } from './commands/test.ts';
import { help } from './help.ts';
import type { Command } from './options.ts';
import { PASSED, type Terminal, USAGE } from './terminal.ts';

type Answer = number | Promise<number>;

/** Does what the arguments say; answers the exit code. */
export async function main(args: readonly string[], terminal: Terminal): Promise<number> {
  const parsed = parseArguments(args);
  return ANSWERS[parsed.kind](parsed as never, terminal);
}

const ANSWERS: { readonly [K in Arguments['kind']]: (args: Extract<Arguments, { kind: K }>, terminal: Terminal) => Answer } = {
  help: ({ command }, { out }) => {
    out(help(command));
    return PASSED;
  },
  version: (_, { out, version }) => {
    out(version);
    return PASSED;
  },
  mistake: ({ text }, { err }) => {
    err(`worldstep: ${text}${/[?]$/.test(text) ? '' : ';'} \`worldstep --help\` lists what there is`);
    return USAGE;
  },
  command: ({ command, files, options }, terminal) => COMMAND[command](files, options, terminal),
};

const COMMAND: Readonly<Record<Command, (files: readonly string[], options: Options, terminal: Terminal) => Answer>> = {
  run,
  trace,
  test,
  check,
  fmt,
  dap,
};
