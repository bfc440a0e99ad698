/** A run's result as text: whether it passed, and if not, why, where every core was, what came last, and how to look closer. */

import type { CorePlace } from './cores.ts';
import { shown } from './files.node.ts';
import type { Reason } from './findings.ts';
import { place, remark, type Sources, type Style } from './report.ts';
import type { Result } from './scenario.ts';
import { paint } from './terminal.ts';

/** What was run: enough to run it again. */
export interface Ran {
  readonly uri: string;
  readonly scenario: string | undefined;
  /** Given by the command line or the scenario's `seeds`. */
  readonly seed?: number | undefined;
  readonly args?: Readonly<Record<string, bigint>> | undefined;
}

/** `file#scenario`, with the seed if there was one. */
export function nameOf({ uri, scenario, seed }: Ran, { cwd }: Style): string {
  return `${shown(uri, cwd)}${scenario === undefined ? '' : `#${scenario}`}${seed === undefined ? '' : `, seed ${seed}`}`;
}

export const mark = (passed: boolean, style: Style): string => (passed ? paint(style, 'green', 'passed') : paint(style, 'red', 'FAILED'));

/** Why a run failed; nothing if it passed. */
export function failureText(result: Result, ran: Ran, sources: Sources, style: Style): string[] {
  if (result.passed) return [];
  const cores =
    result.outcome === 'stepLimit'
      ? result.cores.filter(({ status }) => status !== 'off').map((core) => coreText(core, sources, style))
      : [];
  return [
    ...result.reasons.map((reason) => reasonText(reason, sources, style)),
    ...cores,
    ...lastEvents(result),
    ...closerLook(result, ran, style),
  ];
}

function reasonText({ text, at, expected, found }: Reason, sources: Sources, style: Style): string {
  const compared = [...(expected ? [`  expected  ${expected}`] : []), ...(found ? [`  found     ${found}`] : [])];
  return [remark(text, at, sources, style), ...compared].join('\n');
}

const DOING: Readonly<Record<string, string>> = {
  running: 'goes round in',
  waiting: 'waits in',
  finished: 'had finished in',
  halted: 'had stopped in',
};

function coreText({ core, status, state, where, at }: CorePlace, sources: Sources, style: Style): string {
  const text = `core ${core} ${DOING[status] ?? `is ${status} in`} ${where.join(', ') || 'no code of this program'} (${state})`;
  return remark(text, status === 'finished' ? undefined : at, sources, style);
}

function lastEvents({ lastEvents }: Result): string[] {
  if (lastEvents.length === 0) return [];
  return ['last events:', ...lastEvents.map(({ step, core, text }) => `  step ${step}, core ${core}: ${text}`)];
}

/** Commands that show more. */
function closerLook({ reasons, cores }: Result, ran: Ran, style: Style): string[] {
  const name = `${shown(ran.uri, style.cwd)}${ran.scenario === undefined ? '' : `#${ran.scenario}`}`;
  const seed = ran.seed === undefined ? '' : ` --seed ${ran.seed}`;
  const args = Object.entries(ran.args ?? {}).map(([arg, value]) => ` --arg ${arg}=0x${value.toString(16)}`);
  const at = [...reasons, ...cores].find((each) => each.at?.uri.startsWith('file:'))?.at;
  const again = `see its flow:  worldstep trace ${quoted(name)}${seed}${args.join('')}`;
  return at
    ? [
        again,
        `debug it:      code --goto ${quoted(place(at, style.cwd))}, then F5${ran.seed === undefined ? '' : ` with "schedule": { "seed": ${ran.seed} }`}`,
      ]
    : [again];
}

/** As a shell takes it. */
const quoted = (text: string): string => (/^[\w./:@+-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`);
