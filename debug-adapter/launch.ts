/** The attributes of `launch.json`, read from a request and handed to the compiler. */
import type { ProgramOptions } from '../language/index.ts';
import type { Arguments } from './arguments.ts';
import { RequestError } from './errors.ts';
import { parseNumber } from './format.ts';
import type { LaunchAttributes } from './protocol.ts';

const ENTRIES = ['entry', 'reset'] as const;

export function attributesOf(args: Arguments): LaunchAttributes {
  const { schedule } = args.raw;
  const seeded = typeof schedule === 'object' && schedule !== null;
  return {
    program: args.text('program'),
    ...(args.has('scenario') && { scenario: args.text('scenario') }),
    stopOnEntry: args.raw.stopOnEntry === false ? false : args.oneOf('stopOnEntry', ENTRIES, 'entry'),
    ...(args.has('schedule') && {
      schedule: seeded ? { seed: args.object('schedule').integer('seed') } : args.oneOf('schedule', ['roundRobin'] as const, 'roundRobin'),
    }),
    ...(args.has('args') && { args: argsOf(args.object('args')) }),
    ...(args.has('seed') && { seed: args.count('seed') }),
    ...(args.has('stepLimit') && { stepLimit: args.count('stepLimit') }),
    ...(args.has('run') && { run: args.text('run') }),
    justMyImage: args.flag('justMyImage'),
    noDebug: args.flag('noDebug'),
  };
}

/** Numbers, or texts as `.tfw` writes them. */
function argsOf(args: Arguments): Record<string, string | number> {
  return Object.fromEntries(
    Object.entries(args.raw).map(([name, value]) => {
      const given = typeof value === 'number' || typeof value === 'string' ? value : '';
      if (parseNumber(String(given)) === undefined) throw new RequestError('malformed', `launch.args.${name} must be a number`);
      return [name, given];
    }),
  );
}

/** What of the attributes decides the program. */
export function runOptions({ schedule, seed, args = {} }: LaunchAttributes): ProgramOptions {
  return {
    ...(schedule !== undefined && { schedule }),
    ...(seed !== undefined && { seed }),
    args: Object.fromEntries(Object.entries(args).map(([name, value]) => [name, parseNumber(String(value)) ?? 0n])),
  };
}
