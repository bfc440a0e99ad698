/** The command line, apart from the process it runs in. */
import type { TraceLine } from '../debug-adapter/engine/trace.ts';
import { compile, listScenarios, type Program } from '../language/index.ts';
import { type Arguments, type Command, help, type Options, parseArguments } from './arguments.ts';
import { diskFiles, filesAt, shown, uriOf } from './files.node.ts';
import { diagnosticText, remark, withLibrary } from './report.ts';
import { type Result, runScenario } from './scenario.ts';

export interface Terminal {
  readonly cwd: string;
  readonly version: string;
  out(line: string): void;
  err(line: string): void;
}

export const PASSED = 0;
export const FAILED = 1;
export const USAGE = 2;

export function main(args: readonly string[], terminal: Terminal): number {
  const parsed = parseArguments(args);
  return ANSWERS[parsed.kind](parsed as never, terminal);
}

const ANSWERS: { readonly [K in Arguments['kind']]: (args: Extract<Arguments, { kind: K }>, terminal: Terminal) => number } = {
  help: (_, { out }) => {
    out(help());
    return PASSED;
  },
  version: (_, { out, version }) => {
    out(version);
    return PASSED;
  },
  mistake: ({ text }, { err }) => {
    err(`worldstep: ${text}; \`worldstep --help\` lists what there is`);
    return USAGE;
  },
  command: ({ command, files, options }, terminal) => COMMAND[command](files, options, terminal),
};

const COMMAND: Readonly<Record<Command, (files: readonly string[], options: Options, terminal: Terminal) => number>> = {
  run: ([file], options, terminal) => {
    const one = single(file, options, terminal);
    if (typeof one === 'number') return one;
    const result = runScenario(one, options, printer(one, terminal));
    report(one, result, terminal);
    return result.passed ? PASSED : FAILED;
  },

  trace: ([file], options, terminal) => {
    const one = single(file, options, terminal);
    if (typeof one === 'number') return one;
    runScenario(one, options, printer(one, terminal));
    return PASSED;
  },

  test: (files, options, terminal) => {
    const tests: Test[] = [];
    for (const named of files) {
      const { path, scenario } = split(named, options);
      const found = testsAt(path, scenario, terminal.cwd);
      if (found === undefined) return missing(path, terminal);
      tests.push(...found);
    }
    const passed = tests.filter((test) => testOne(test, options, terminal)).length;
    terminal.out(`${passed} passed, ${tests.length - passed} failed`);
    return passed === tests.length ? PASSED : FAILED;
  },
};

interface Test {
  readonly uri: string;
  /** Undefined where the file has none to name: compiling it says why. */
  readonly scenario: string | undefined;
}

/** The scenarios of a file, or of all files in a folder; library modules among them have none and are passed over. */
function testsAt(path: string, wanted: string | undefined, cwd: string): Test[] | undefined {
  const found = filesAt(path, cwd);
  return found?.flatMap((file) => {
    const uri = uriOf(file, cwd);
    const names = listScenarios(diskFiles(uri, cwd), uri).map(({ name }) => name);
    const chosen = names.filter((name) => wanted === undefined || name === wanted);
    if (chosen.length > 0) return chosen.map((scenario): Test => ({ uri, scenario }));
    const named = found.length === 1 && uri === uriOf(path, cwd);
    return named || hasErrors(uri, cwd) ? [{ uri, scenario: wanted }] : [];
  });
}

/** `file#scenario`, or `file` and `--scenario`. */
function split(file: string, { scenario }: Options): { readonly path: string; readonly scenario: string | undefined } {
  const at = file.indexOf('#');
  return at < 0 ? { path: file, scenario } : { path: file.slice(0, at), scenario: file.slice(at + 1) };
}

function missing(path: string, { err }: Terminal): number {
  err(`worldstep: there is no file ${path}`);
  return USAGE;
}

const hasErrors = (uri: string, cwd: string): boolean =>
  compile(diskFiles(uri, cwd), uri).diagnostics.some(({ code, severity }) => severity === 'error' && code !== 'TFW404');

/** Compiles a scenario; says what is wrong with it. */
function compiled(uri: string, scenario: string | undefined, { seed }: Options, { cwd, err }: Terminal): Program | undefined {
  const files = diskFiles(uri, cwd);
  const schedule = seed === undefined ? undefined : { seed };
  const { program, diagnostics } = compile(files, uri, { ...(scenario !== undefined && { scenario }), ...(schedule && { schedule }) });
  const sources = withLibrary((wanted) => files.read(wanted));
  for (const diagnostic of diagnostics) err(diagnosticText(diagnostic, sources, cwd));
  return program;
}

/** The one scenario of a command that takes one, or how the command ends without. */
function single(file: string, options: Options, terminal: Terminal): Program | number {
  const { path, scenario } = split(file, options);
  const found = filesAt(path, terminal.cwd);
  if (found === undefined || found.length !== 1) return missing(path, terminal);
  return compiled(uriOf(found[0], terminal.cwd), scenario, options, terminal) ?? FAILED;
}

/** Lines say which core they are about only where there is more than one. */
function printer({ entries }: Program, { out }: Terminal): (line: TraceLine) => void {
  const several = new Set(entries.map(({ core }) => core)).size > 1;
  return ({ core, depth, text }) => out(`${several ? `core ${core}  ` : ''}${'  '.repeat(depth)}${text}`);
}

function report(program: Program, { passed, steps, reasons }: Result, { out, cwd }: Terminal): void {
  const sources = withLibrary((uri) => program.sources.get(uri));
  out('');
  out(`${passed ? 'passed' : 'FAILED'}: ${program.scenario.name} (${steps} steps)`);
  for (const { text, at } of reasons) out(remark(text, at, sources, cwd));
}

function testOne({ uri, scenario }: Test, options: Options, terminal: Terminal): boolean {
  const { cwd, out } = terminal;
  const name = `${shown(uri, cwd)}${scenario === undefined ? '' : `#${scenario}`}`;
  const program = compiled(uri, scenario, options, terminal);
  if (program === undefined) {
    out(`FAILED  ${name}`);
    return false;
  }
  const { passed, steps, reasons } = runScenario(program, options);
  out(`${passed ? 'passed' : 'FAILED'}  ${name} (${steps} steps)`);
  const sources = withLibrary((wanted) => program.sources.get(wanted));
  for (const { text, at } of reasons) out(indent(remark(text, at, sources, cwd)));
  return passed;
}

const indent = (text: string): string => text.replace(/^/gm, '  ');
