/** `worldstep run` and `worldstep trace`: one scenario, and what happens in it. */
import type { TraceLine } from '../../debug-adapter/engine/trace.ts';
import type { Program } from '../../language/index.ts';
import type { Options } from '../arguments.ts';
import { filesAt, shown, uriOf } from '../files.node.ts';
import { diagnosticJson, document, line, resultJson, traceJson } from '../json.ts';
import { diagnosticText } from '../report.ts';
import { failureText, mark, type Ran } from '../result.ts';
import { runScenario } from '../scenario.ts';
import { compileFile, sourcesOf } from '../source.ts';
import { FAILED, PASSED, type Terminal, USAGE } from '../terminal.ts';

export function run([word]: readonly string[], options: Options, terminal: Terminal): number {
  const { cwd, out } = terminal;
  const ran = chosen(word, options, terminal);
  if (typeof ran === 'number') return ran;
  const { program, diagnostics } = compileFile(ran.uri, cwd, ran);
  const sources = sourcesOf(ran.uri, cwd);
  if (!options.json) for (const diagnostic of diagnostics) terminal.err(diagnosticText(diagnostic, sources, terminal));
  const head = {
    file: shown(ran.uri, cwd),
    scenario: program?.scenario.name ?? ran.scenario ?? null,
    diagnostics: diagnostics.map((each) => diagnosticJson(each, cwd)),
  };
  if (program === undefined) {
    if (options.json) out(document('run', { ...head, passed: false }));
    return FAILED;
  }
  const flow: TraceLine[] = [];
  const result = runScenario(program, options, options.json ? (traced) => flow.push(traced) : printer(program, terminal));
  if (options.json)
    out(document('run', { ...head, ...resultJson(result, cwd), flow: flow.map(({ position, ...rest }) => ({ step: position, ...rest })) }));
  else {
    out('');
    out(`${mark(result.passed, terminal)}: ${program.scenario.name} (${result.steps} steps)`);
    for (const text of failureText(result, { ...ran, scenario: program.scenario.name }, sources, terminal)) out(text);
  }
  return result.passed ? PASSED : FAILED;
}

export function trace([word]: readonly string[], options: Options, terminal: Terminal): number {
  const { cwd, out, err } = terminal;
  const ran = chosen(word, options, terminal);
  if (typeof ran === 'number') return ran;
  const { program, diagnostics } = compileFile(ran.uri, cwd, ran);
  const sources = sourcesOf(ran.uri, cwd);
  for (const each of diagnostics) {
    if (options.json) out(line('diagnostic', diagnosticJson(each, cwd)));
    else err(diagnosticText(each, sources, terminal));
  }
  if (program === undefined) return FAILED;
  const result = runScenario(program, options, options.json ? (traced) => out(traceJson(traced)) : printer(program, terminal));
  if (options.json) out(line('end', { scenario: program.scenario.name, ...resultJson(result, cwd) }));
  return PASSED;
}

/** What the command line names, or how the command ends without. */
function chosen(word: string, { scenario, seed, args }: Options, { cwd, err }: Terminal): Ran | number {
  const found = filesAt(word, cwd);
  if (found === undefined) {
    err(`worldstep: there is no file ${word}`);
    return USAGE;
  }
  if (found.length !== 1 || !found[0].named) {
    err(`worldstep: ${word} is not one file`);
    return FAILED;
  }
  const [file] = found;
  return { uri: uriOf(file.path, cwd), scenario: file.scenario ?? scenario, seed, args };
}

/** Lines say which core they are about only where there is more than one. */
function printer({ entries }: Program, { out }: Terminal): (line: TraceLine) => void {
  const several = new Set(entries.map(({ core }) => core)).size > 1;
  return ({ core, depth, text }) => out(`${several ? `core ${core}  ` : ''}${'  '.repeat(depth)}${text}`);
}
