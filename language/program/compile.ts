/** From a file to a program: parse, check, assemble, link. Every error is a diagnostic; nothing throws. */
import { AstUtils } from 'langium';
import { type Architecture, type Event, Machine, type Schedule, type SecretRow } from '../../machine/index.ts';
import { createTypes } from '../check/index.ts';
import { secretNamed } from '../check/rules/patterns.ts';
import type { Types } from '../check/types.ts';
import type { Diagnostic } from '../diagnostics.ts';
import type { AssemblyError } from '../lower/context.ts';
import {
  type EventPattern,
  type Expr,
  type File,
  isConst,
  isEventDecl,
  isImage,
  isImagePart,
  isScenario,
  isScenarioExpect,
  isSecret,
  type Scenario,
} from '../syntax/generated/ast.ts';
import { checkScenario, documentation, type FileProvider, parseProgram, rangeOf } from '../workspace/index.ts';
import { eventMatcher } from './conditions.ts';
import { argsOf, givenArgs, seeded, seedsOf } from './inputs.ts';
import { remember } from './internals.ts';
import { type Linked, link } from './link.ts';
import type { FirmwareEventInfo, Program, ProgramOptions, ScenarioInfo, WordInfo } from './program.ts';
import { missingVector } from './vectors.ts';

export type { FileProvider };

export interface CompileResult {
  readonly program?: Program;
  readonly diagnostics: readonly Diagnostic[];
}

export interface CompileOptions extends ProgramOptions {
  /** Name of the scenario; may be left out where the file has only one. */
  readonly scenario?: string;
}

/** The scenarios that a file itself declares, in its order; none where it cannot be read. */
export function listScenarios(files: FileProvider, uri: string): readonly ScenarioInfo[] {
  const { main } = parseProgram(uri, files);
  return main ? main.members.filter(isScenario).map(scenarioInfo) : [];
}

export function compile(files: FileProvider, uri: string, options: CompileOptions = {}): CompileResult {
  const parsed = parseProgram(uri, files);
  const diagnostics = [...parsed.diagnostics];
  const { main } = parsed;
  if (!main || diagnostics.some((d) => d.severity === 'error')) return { diagnostics };
  const found = chooseScenario(main, uri, options.scenario);
  if ('message' in found) return { diagnostics: [...diagnostics, found] };

  const given = givenArgs(found, options.args ?? {}, createTypes());
  if (given.diagnostics.length > 0) return { diagnostics: [...diagnostics, ...given.diagnostics] };
  const types = createTypes(undefined, given.values);
  // With other values, what depends on them may be wrong although the file is not.
  if (given.values.size > 0) diagnostics.push(...checkScenario(found, types).filter((d) => d.severity === 'error'));
  if (diagnostics.some((d) => d.severity === 'error')) return { diagnostics };
  const linked = link(found, types, rangeOf, (error) => diagnostics.push(diagnosticOf(error)));
  if (!linked) return { diagnostics };
  const dictionary = buildDictionary(linked, diagnostics);
  if (diagnostics.some((d) => d.severity === 'error')) return { diagnostics };
  return { program: assemble(uri, found, [...parsed.files.values()], parsed.sources, types, linked, dictionary, options), diagnostics };
}

function assemble(
  uri: string,
  scenario: Scenario,
  files: readonly File[],
  sources: ReadonlyMap<string, string>,
  types: Types,
  linked: Linked,
  dictionary: ReadonlyMap<number, WordInfo>,
  options: CompileOptions,
): Program {
  const calls = callNames(files, types);
  const { platform } = linked;
  const { seed, schedule } = seeded(options, seedsOf(scenario));
  const program: Program = {
    uri,
    scenario: scenarioInfo(scenario),
    platform,
    images: linked.images.map(({ image, base }) => ({ image, base })),
    dictionary,
    expectations: scenario.members.filter(isScenarioExpect).map((expectation) => ({
      text: (expectation.$cstNode?.text ?? '').replace(/\s+/g, ' '),
      range: rangeOf(expectation),
      never: expectation.never,
      matches: patternMatcher(expectation.pattern, types),
    })),
    firmwareEvents: firmwareEvents(files, types),
    entries: linked.runs.flatMap(({ core, image, runs }) => {
      const from = runs.fromReset ? linked.boot : { image, name: runs.entry.$refText };
      const fn = from.image.image.functions.find((f) => f.name === from.name);
      const word = fn && from.image.image.words.slice(fn.from, fn.to).find((w) => w?.statement);
      return word ? [{ core, word }] : [];
    }),
    sources,
    seed,
    hash: programHash(linked, schedule, seed),
    callName: (fid) => calls.get(fid),
    missingVector: (address, state) => missingVector(linked.images, platform.architecture, address, state),
    callNames: [...calls.values()],
    createMachine: () => {
      const machine = new Machine({
        platform,
        cores: linked.cores,
        memory: linked.memory,
        dictionary,
        schedule,
        seed,
        secrets: secretsOf(scenario, platform.architecture, types),
        reset: linked.reset,
      });
      for (const { image, base } of linked.images) machine.loadBytes(base, image.bytes);
      for (const { pa, value } of linked.handovers) machine.memory.write(pa, 8, value);
      return machine;
    },
  };
  remember(program, { types, images: linked.images, scenario, files });
  return program;
}

function chooseScenario(file: File, uri: string, name: string | undefined): Scenario | Diagnostic {
  const scenarios = file.members.filter(isScenario);
  const found = name === undefined ? scenarios[0] : scenarios.find((s) => s.name === name);
  if (found && (name !== undefined || scenarios.length === 1)) return found;
  const known = scenarios.map((s) => `"${s.name}"`).join(', ');
  const message =
    scenarios.length === 0
      ? 'There is no scenario in this file.'
      : name === undefined
        ? `There are several scenarios in this file; name one of ${known}.`
        : `There is no scenario "${name}" in this file; there is ${known}.`;
  return { code: 'TFW404', severity: 'error', message, range: { uri, line: 0, column: 0, endLine: 0, endColumn: 0 } };
}

function scenarioInfo(scenario: Scenario): ScenarioInfo {
  return {
    name: scenario.name,
    range: rangeOf(scenario),
    summary: documentation(scenario),
    args: argsOf(scenario, createTypes()),
    seeds: seedsOf(scenario),
  };
}

/** Words by hash; the same bytes for different words of two images would be ambiguous. */
function buildDictionary(linked: Linked, diagnostics: Diagnostic[]): ReadonlyMap<number, WordInfo> {
  const dictionary = new Map<number, WordInfo>();
  for (const { image } of linked.images) {
    for (const word of image.words) {
      if (!word) continue;
      const other = dictionary.get(word.hash);
      if (other) {
        const message = `This word of \`${image.name}\` has the same encoding as one of \`${other.image}\`; rename one of the images.`;
        diagnostics.push({ code: 'TFW403', severity: 'error', message, range: word.range });
      }
      dictionary.set(word.hash, word);
    }
  }
  return dictionary;
}

function diagnosticOf(error: AssemblyError): Diagnostic {
  return { code: error.code, severity: 'error', message: error.message, range: rangeOf(error.node) };
}

/**
 * Names of monitor calls: constants whose value is shaped like a fast SMC Calling Convention function identifier
 * (DEN0028, 2.5: bit 31 set, bits 23:17 zero). A constant that bounds a range of them names none.
 */
function callNames(files: readonly File[], types: Types): ReadonlyMap<bigint, string> {
  const names = new Map<bigint, string>();
  for (const node of files.flatMap((file) => [
    ...file.members,
    ...file.members.filter((member) => isImage(member) || isImagePart(member)).flatMap((image) => image.members),
  ])) {
    if (!isConst(node) || /_(BASE|FIRST|LAST|MIN|MAX|MASK|START|END|SIZE|TOP|UNK)$/.test(node.name)) continue;
    const value = types.constant(node.value);
    if (value === undefined || value >> 31n !== 1n || (value & 0xfe_0000n) !== 0n) continue;
    if (!names.has(value)) names.set(value, node.name);
  }
  return names;
}

function firmwareEvents(files: readonly File[], types: Types): FirmwareEventInfo[] {
  return files
    .flatMap((file) => [...AstUtils.streamAllContents(file)].filter(isEventDecl))
    .map((node) => ({
      name: node.name,
      fields: node.fields.map((field) => ({ name: field.name, type: types.of(field.type) })),
      summary: documentation(node),
    }));
}

function secretsOf(scenario: Scenario, { states }: Architecture, types: Types): SecretRow[] {
  return scenario.members.filter(isSecret).map(({ name, type, states: known }) => ({
    name,
    words: types.size(types.of(type)) / 8,
    knownTo: known.reduce((mask, id) => mask | (1 << states.findIndex((state) => state.id === id)), 0),
  }));
}

/** `leak(key)` is about that secret; any other condition compares the event's fields. */
function conditionTest(condition: Expr, types: Types): (event: Event) => boolean {
  const secret = secretNamed(condition);
  return secret === undefined ? eventMatcher(condition, types) : (event) => event.kind === 'leak' && event.secret === secret;
}

function patternMatcher(pattern: EventPattern, types: Types): (event: Event) => boolean {
  const tests = pattern.conditions.map((condition) => conditionTest(condition, types));
  const name = pattern.event.$refText;
  return (event) => (event.kind === name || (event.kind === 'firmware' && event.name === name)) && tests.every((test) => test(event));
}

/** FNV-1a over everything that the machine could observe. */
function programHash(linked: Linked, schedule: Schedule, seed: number): string {
  let hash = 0xcbf29ce484222325n;
  const mix = (byte: number): void => {
    hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * 0x100000001b3n);
  };
  const text = JSON.stringify([
    linked.platform.name,
    linked.cores,
    linked.memory,
    linked.images.map((i) => i.base),
    linked.handovers.map((h) => [h.pa, h.value.toString()]),
    schedule,
    seed,
  ]);
  for (let i = 0; i < text.length; i++) mix(text.charCodeAt(i) & 0xff);
  for (const { image } of linked.images) {
    for (const word of image.words) for (let shift = 0; word && shift < 32; shift += 8) mix((word.hash >>> shift) & 0xff);
    for (const byte of image.bytes.subarray(image.codeSize)) if (byte !== 0) mix(byte);
  }
  return hash.toString(16).padStart(16, '0');
}
