/**
 * Breakpoints by name: `rmm.handle`, `smc:RMI_*`, `el:NS.EL2->Root.EL3`, `world:*->Realm`, `vector:bl31.sync_lower`,
 * `event:name`, each with suffixes `@Realm`, `@EL2`, `@core1` that say where. `*` stands for anything in a name.
 */
import type { FunctionInfo, LoadedImage } from '../../language/index.ts';
import { type Architecture, EVENTS, type Event, type EventKind } from '../../machine/index.ts';
import type { Debuggee } from '../debuggee.ts';
import { glob } from '../format.ts';
import { type Found, nothing } from './breakpoint.ts';
import { nearest } from './nearest.ts';
import { stateAt } from './where.ts';

/** Where else than everywhere. */
interface Where {
  readonly core?: number;
  /** Whether a privilege state is one of those meant. */
  inState(state: number): boolean;
}

interface KindRow {
  /** Names that can be meant, for completion and for guesses. */
  names(debuggee: Debuggee): readonly string[];
  find(debuggee: Debuggee, pattern: string, where: Where): Found | undefined;
}

const KINDS: Readonly<Record<string, KindRow>> = {
  fn: {
    names: (debuggee) => functionsOf(debuggee).flatMap(({ image, fn }) => [fn.name, `${image.image.name}.${fn.name}`]),
    find: (debuggee, pattern, where) => findFunctions(functionsOf(debuggee), pattern, where),
  },
  vector: {
    names: (debuggee) => vectorsOf(debuggee).flatMap(({ image, fn }) => [fn.name, `${image.image.name}.${fn.name}`]),
    find: (debuggee, pattern, where) => findFunctions(vectorsOf(debuggee), pattern, where),
  },
  smc: {
    names: ({ program }) => program.callNames,
    find: (debuggee, pattern, where) =>
      debuggee.program.callNames.some((name) => glob(pattern, name))
        ? onEvent(debuggee, ['smc'], where, (event) => event.kind === 'smc' && glob(pattern, debuggee.names.call(event.fid)))
        : undefined,
  },
  el: {
    names: ({ architecture }) => architecture.states.map(({ id }) => `*->${id}`),
    find: (debuggee, pattern, where) => findChange(debuggee, 'el_transition', pattern, stateNames(debuggee.architecture), where),
  },
  world: {
    names: ({ architecture }) => architecture.worlds.map(({ id }) => `*->${id}`),
    find: (debuggee, pattern, where) => findChange(debuggee, 'world_switch', pattern, worldNames(debuggee.architecture), where),
  },
  event: {
    names: ({ program }) => [...program.firmwareEvents.map(({ name }) => name), ...Object.keys(EVENTS)],
    find: findEvent,
  },
};

/** Calls by what their names begin with: `rsi:RSI_*` and `rsi:*` alike are the calls `RSI_…`. */
function callsOf({ program }: Debuggee, kind: string): KindRow | undefined {
  const prefix = `${kind.toUpperCase()}_`;
  const names = program.callNames.filter((name) => name.startsWith(prefix));
  if (names.length === 0) return undefined;
  return {
    names: () => names,
    find: (debuggee, pattern, where) => {
      const whole = pattern.toUpperCase().startsWith(prefix) ? pattern : `${prefix}${pattern}`;
      return KINDS.smc.find(debuggee, whole, where);
    },
  };
}

/** Everything that a name may begin with. */
function nameKinds({ program }: Debuggee): string[] {
  const prefixes = program.callNames.flatMap((name) => /^([A-Z0-9]+)_/.exec(name)?.[1].toLowerCase() ?? []);
  // One name alone makes no family.
  const families = prefixes.filter((prefix, i) => prefixes.indexOf(prefix) === i && prefixes.lastIndexOf(prefix) !== i);
  return [...Object.keys(KINDS), ...families.filter((prefix) => !Object.hasOwn(KINDS, prefix))];
}

/** Names more than these help nobody. */
const MOST_NAMES = 200;

/** Names that begin with `text`: kinds first, then what is in the kind that it names; behind an @ the places. */
export function completeNames(text: string, debuggee: Debuggee): string[] {
  const at = text.lastIndexOf('@');
  const { architecture, engine } = debuggee;
  if (at >= 0) {
    const places = [
      ...architecture.worlds.map(({ id, name }) => (/\W/.test(name) ? id : name)),
      ...new Set(architecture.states.map(({ level }) => level)),
      ...engine.machine.cores.map(({ id }) => `core${id}`),
    ];
    return beginning(places, text.slice(at + 1)).map((place) => `${text.slice(0, at + 1)}${place}`);
  }
  const [, kind, rest] = /^([a-z]+):(.*)$/.exec(text) ?? [];
  if (kind === undefined) {
    return beginning(
      [
        ...nameKinds(debuggee)
          .filter((name) => name !== 'fn')
          .map((name) => `${name}:`),
        ...KINDS.fn.names(debuggee),
      ],
      text,
    );
  }
  const row = Object.hasOwn(KINDS, kind) ? KINDS[kind] : callsOf(debuggee, kind);
  return beginning(row?.names(debuggee) ?? [], rest).map((name) => `${kind}:${name}`);
}

function beginning(names: readonly string[], text: string): string[] {
  return [...new Set(names)].filter((name) => name.toLowerCase().startsWith(text.toLowerCase())).slice(0, MOST_NAMES);
}

export function findNamed(text: string, debuggee: Debuggee): Found {
  const [body, ...suffixes] = text.trim().split('@');
  const where = parseWhere(debuggee.architecture, suffixes, debuggee.engine.machine.cores.length);
  if ('problem' in where) return nothing(where.problem);
  const [, kind = 'fn', pattern] = /^(?:([a-z]+):|fn\s+)?\s*(.*?)\s*$/.exec(body) ?? [];
  const row = Object.hasOwn(KINDS, kind) ? KINDS[kind] : callsOf(debuggee, kind);
  if (!row)
    return nothing(
      `There are no breakpoints of the kind ${kind}: ${nameKinds(debuggee)
        .map((name) => `${name}:`)
        .join(', ')}`,
    );
  const found = pattern === '' ? undefined : row.find(debuggee, pattern, where);
  if (found) return found;
  const guess = nearest(pattern, row.names(debuggee));
  return nothing(
    `Nothing is called ${pattern}${suffixes.map((suffix) => `@${suffix}`).join('')}${guess ? `; did you mean ${guess}?` : '.'}`,
  );
}

function parseWhere(architecture: Architecture, suffixes: readonly string[], cores: number): Where | { readonly problem: string } {
  let core: number | undefined;
  const tests: ((state: number) => boolean)[] = [];
  for (const suffix of suffixes.map((text) => text.trim())) {
    const [, number] = /^core\s*(\d+)$/i.exec(suffix) ?? [];
    if (number !== undefined) {
      core = Number(number);
      if (core >= cores) return { problem: `There is no core ${core}.` };
      continue;
    }
    const meant = architecture.states.map(({ level, world }, state) =>
      [level, architecture.worlds[world].id, architecture.worlds[world].name, ...stateNames(architecture)[state]].some((name) =>
        glob(suffix, name),
      ),
    );
    if (!meant.includes(true)) return { problem: `There is no world, level or core called ${suffix}.` };
    tests.push((state) => meant[state]);
  }
  return { core, inState: (state) => tests.every((test) => test(state)) };
}

function stateNames({ states }: Architecture): readonly (readonly string[])[] {
  return states.map(({ id, name }) => [id, name]);
}

function worldNames({ worlds }: Architecture): readonly (readonly string[])[] {
  return worlds.map(({ id, name }) => [id, name]);
}

interface Located {
  readonly image: LoadedImage;
  readonly fn: FunctionInfo;
}

function functionsOf({ program }: Debuggee): Located[] {
  return program.images.flatMap((image) => image.image.functions.map((fn) => ({ image, fn })));
}

function vectorsOf(debuggee: Debuggee): Located[] {
  return functionsOf(debuggee).filter(({ fn }) => fn.kind === 'vector');
}

function findFunctions(functions: readonly Located[], pattern: string, where: Where): Found | undefined {
  const meant = functions.filter(
    ({ image, fn }) => where.inState(image.image.state) && (glob(pattern, fn.name) || glob(pattern, `${image.image.name}.${fn.name}`)),
  );
  const words = meant.flatMap(({ image, fn }) => {
    const code = image.image.words.slice(fn.from, fn.to);
    return code.find((word) => word?.statement) ?? code[0] ?? [];
  });
  return words.length === 0 ? undefined : { words, core: where.core, events: [], at: meant[0].fn.nameRange };
}

/** `from->to`, or `to` alone. */
function findChange(
  debuggee: Debuggee,
  kind: 'el_transition' | 'world_switch',
  pattern: string,
  names: readonly (readonly string[])[],
  where: Where,
): Found | undefined {
  const [from, to] = pattern.includes('->') ? pattern.split('->').map((part) => part.trim()) : ['*', pattern];
  const means = (side: string, index: number) => names[index]?.some((name) => glob(side, name)) ?? false;
  if (![from, to].every((side) => names.some((_, index) => means(side, index)))) return undefined;
  return onEvent(debuggee, [kind], where, (event) => event.kind === kind && means(from, event.from) && means(to, event.to));
}

function findEvent(debuggee: Debuggee, pattern: string, where: Where): Found | undefined {
  const announced = debuggee.program.firmwareEvents.filter(({ name }) => glob(pattern, name)).map(({ name }) => name);
  const kinds = (Object.keys(EVENTS) as EventKind[]).filter((kind) => kind !== 'firmware' && glob(pattern, kind));
  if (announced.length + kinds.length === 0) return undefined;
  const own = announced.map((name) =>
    onEvent(debuggee, ['firmware'], where, (event) => event.kind === 'firmware' && event.name === name, name),
  );
  const others = kinds.map((kind) => onEvent(debuggee, [kind], where));
  return { words: [], core: where.core, events: [...own, ...others].flatMap(({ events }) => events) };
}

function onEvent(
  debuggee: Debuggee,
  kinds: readonly EventKind[],
  where: Where,
  matches: (event: Event) => boolean = () => true,
  firmwareEvent?: string,
): Found {
  const inPlace = (event: Event) => where.inState(stateAt(debuggee, event));
  return { words: [], core: where.core, events: [{ kinds, firmwareEvent, matches: (event) => matches(event) && inPlace(event) }] };
}
