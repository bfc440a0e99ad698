/** `worldstep test`: every scenario under every seed, several at a time; results come in the order of the command line. */
import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { compile, listScenarios, type ScenarioInfo } from '../../language/index.ts';
import type { Options } from '../arguments.ts';
import { diskFiles, type FoundFile, shown, unreadable, uriOf } from '../files.node.ts';
import { diagnosticJson, line, resultJson } from '../json.ts';
import { type Case, junit } from '../junit.ts';
import { runTasks } from '../pool.node.ts';
import { diagnosticText, indent, type Style } from '../report.ts';
import { failureText, mark, nameOf } from '../result.ts';
import { isError, sourcesOf } from '../source.ts';
import type { Task, TaskOutcome } from '../tasks.ts';
import { FAILED, PASSED, type Terminal, USAGE } from '../terminal.ts';
import { filesOf } from './files.ts';

/** Tasks that a thread should have to do before another one is worth its start. */
const SHARE = 3;

export async function test(words: readonly string[], options: Options, terminal: Terminal): Promise<number> {
  const files = filesOf(words, terminal);
  if (typeof files === 'number') return files;
  const planned = plan(files, options, terminal);
  if (typeof planned === 'number') return planned;
  const start = performance.now();
  if (options.json) terminal.out(line('start', { format: 1, total: planned.length }));
  const reporter = new Reporter(planned, options, terminal);
  const jobs = options.jobs ?? Math.min(terminal.cores, Math.ceil(planned.length / SHARE));
  await runTasks(planned, jobs, terminal.script, reporter);
  reporter.finish(performance.now() - start);
  return reporter.failed > 0 ? FAILED : PASSED;
}

/** What to run, or how the command ends without. */
function plan(files: readonly FoundFile[], options: Options, terminal: Terminal): readonly Task[] | number {
  const found = files.map((file) => ({ file, ...scenariosOf(file, options, terminal.cwd) }));
  const known = new Set(found.flatMap(({ scenarios }) => scenarios.flatMap(({ args }) => args.map(({ name }) => name))));
  const unknown = Object.keys(options.args).find((name) => !known.has(name));
  if (unknown !== undefined) {
    terminal.err(`worldstep: no scenario has an argument \`${unknown}\``);
    return USAGE;
  }
  const tasks = found.flatMap(({ file, scenarios, broken }): Task[] => {
    const task = { uri: uriOf(file.path, terminal.cwd), stepLimit: options.stepLimit, cwd: terminal.cwd, seed: options.seed, args: {} };
    if (scenarios.length === 0) return broken || file.named ? [{ ...task, scenario: file.scenario ?? options.scenario }] : [];
    return scenarios.flatMap(({ name, seeds, args }) => {
      const own = Object.fromEntries(Object.entries(options.args).filter(([arg]) => args.some((each) => each.name === arg)));
      const all = options.seed !== undefined ? [options.seed] : seeds.length > 0 ? seeds : [undefined];
      return all.map((seed) => ({ ...task, scenario: name, seed, args: own }));
    });
  });
  if (tasks.length > 0) return tasks;
  terminal.err(`worldstep: there is no scenario${options.scenario === undefined ? '' : ` "${options.scenario}"`} to run`);
  return FAILED;
}

/** The scenarios of a file that are to run; a broken file has none. */
function scenariosOf(
  file: FoundFile,
  options: Options,
  cwd: string,
): { readonly scenarios: readonly ScenarioInfo[]; readonly broken: boolean } {
  const uri = uriOf(file.path, cwd);
  const wanted = file.scenario ?? options.scenario;
  const none = { scenarios: [], broken: true };
  if (unreadable(file.path)) return none;
  const provider = diskFiles(uri, cwd);
  // No scenario has this name: that is no error of the file.
  const errors = compile(provider, uri, { scenario: '\n' }).diagnostics.filter((each) => isError(each) && each.code !== 'TFW404');
  if (errors.length > 0) return none;
  return { scenarios: listScenarios(provider, uri).filter(({ name }) => wanted === undefined || name === wanted), broken: false };
}

class Reporter {
  failed = 0;
  private readonly running = new Set<number>();
  private readonly outcomes = new Map<number, TaskOutcome>();
  private readonly cases: Case[] = [];
  private next = 0;
  private done = 0;

  constructor(
    private readonly tasks: readonly Task[],
    private readonly options: Options,
    private readonly terminal: Terminal,
  ) {}

  began(index: number): void {
    this.running.add(index);
    this.progress();
  }

  ended(index: number, outcome: TaskOutcome): void {
    this.running.delete(index);
    this.outcomes.set(index, outcome);
    this.done++;
    for (let ready = this.outcomes.get(this.next); ready; ready = this.outcomes.get(this.next)) {
      this.report(this.tasks[this.next], ready);
      this.outcomes.delete(this.next++);
    }
    this.progress();
  }

  finish(milliseconds: number): void {
    const { out, err, progress, cwd } = this.terminal;
    progress('');
    const passed = this.tasks.length - this.failed;
    if (this.options.json) out(line('end', { passed, failed: this.failed, milliseconds: Math.round(milliseconds) }));
    else out(`${passed} passed, ${this.failed} failed`);
    if (this.options.junit === undefined) return;
    try {
      writeFileSync(resolve(cwd, this.options.junit), junit(this.cases));
    } catch (error) {
      err(`worldstep: ${this.options.junit} cannot be written: ${(error as Error).message}`);
      this.failed++;
    }
  }

  private progress(): void {
    const names = [...this.running].map((index) => nameOf(this.tasks[index], this.terminal));
    if (names.length > 0) this.terminal.progress(`${this.done}/${this.tasks.length}  ${names.join(', ')}`);
  }

  private report(task: Task, outcome: TaskOutcome): void {
    const { cwd, out } = this.terminal;
    const { passed, milliseconds, diagnostics, result, broken } = outcome;
    if (!passed) this.failed++;
    if (this.options.json) {
      const { uri, scenario = null, seed = null } = task;
      const head = {
        file: shown(uri, cwd),
        scenario,
        seed,
        passed,
        ...(result && resultJson(result, cwd)),
        milliseconds: Math.round(milliseconds),
      };
      out(line('test', { ...head, diagnostics: diagnostics.map((each) => diagnosticJson(each, cwd)), ...(broken && { broken }) }));
    } else {
      out(`${mark(passed, this.terminal)}  ${nameOf(task, this.terminal)}${result ? ` (${result.steps} steps)` : ''}`);
      for (const text of this.texts(task, outcome, this.terminal)) out(indent(text));
    }
    const failure = passed ? undefined : this.texts(task, outcome, { cwd, colours: false }).join('\n');
    const name = task.scenario ?? 'compiles';
    const seeded = task.seed === undefined ? name : `${name}, seed ${task.seed}`;
    this.cases.push({ file: shown(task.uri, cwd), name: seeded, seconds: milliseconds / 1000, ...(failure !== undefined && { failure }) });
  }

  private texts(task: Task, { diagnostics, result, broken }: TaskOutcome, style: Style): string[] {
    const sources = sourcesOf(task.uri, this.terminal.cwd);
    return [
      ...diagnostics.map((each) => diagnosticText(each, sources, style)),
      ...(broken === undefined ? [] : [broken]),
      ...(result ? failureText(result, task, sources, style) : []),
    ];
  }
}
