/**
 * What a user waits for, measured at the adapter's own border, and what breakpoints and an endless loop cost. The goals
 * stand in the rows' names.
 */
import { readFileSync } from 'node:fs';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import type { DebugProtocol } from '@vscode/debugprotocol';
import { Session } from '../../debug-adapter/session.ts';
import { AdapterConnection } from '../../debug-adapter/transport/connection.ts';
import type { Bench } from './bench.ts';
import { BenchClient } from './client.ts';
import { LINES, LONG, linesWith, smcs } from './programs.ts';

const PAGE = '0x88000000';
const SMCS = 100_000;
const scenario = (name: string): string => fileURLToPath(new URL(`../../../scenarios/arm/cca/${name}.tfw`, import.meta.url));
const START_HERE = scenario('start-here');
const LARGEST = scenario('realm-life');

const TEXTS: Readonly<Record<string, string>> = {
  'file:///long.tfw': LONG,
  'file:///short.tfw': smcs(SMCS, 'short'),
  'file:///saving.tfw': smcs(SMCS, 'saving'),
};

/** A client of a session in this thread. */
function here(): BenchClient {
  return new BenchClient((deliver) => {
    const session = new Session({
      read: async (uri) => TEXTS[uri] ?? readFileSync(fileURLToPath(uri), 'utf8'),
      later: (task) => void setImmediate(task),
      now: () => performance.now(),
      failed: (error) => console.error(error),
    });
    session.onDidSendMessage((message) => deliver(message as DebugProtocol.ProtocolMessage));
    return { send: (message) => session.handleMessage(message) };
  });
}

/** A client of a session in a thread of its own, as the editor has it. */
function apart(): BenchClient {
  const worker = new Worker(new URL('worker.cjs', import.meta.url), { workerData: { files: 'client' } });
  return new BenchClient((deliver) => {
    const connection = new AdapterConnection(worker, {
      deliver,
      read: async (uri) => TEXTS[uri],
      crashed: (reason) => console.error(reason),
    });
    return { send: (message) => connection.send(message), close: () => connection.close() };
  });
}

/** The value of which `share` of all are not larger. */
function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
}

/** Rows about one measurement, which is made for the first of them. */
function rows<T>(measure: () => Promise<T>, table: Readonly<Record<string, readonly [unit: string, (measured: T) => number]>>): Bench[] {
  let measured: Promise<T> | undefined;
  return Object.entries(table).map(([name, [unit, value]]) => ({
    name,
    unit,
    quantity: true,
    run: async () => {
      measured ??= measure();
      return value(await measured);
    },
  }));
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

/** Steps of 10 million steps' history: the request, the stop and the stack that an editor shows with it. */
async function stepTimes(): Promise<number[]> {
  const client = await here().launch({ program: '/long.tfw', stepLimit: 10_000_000 });
  await client.stop('continue');
  const times: number[] = [];
  for (let i = 0; i < 2000; i++) {
    const step = async (): Promise<void> => {
      await client.stop('next');
      await client.ask('stackTrace', { threadId: 1 });
    };
    times.push(await timed(step));
  }
  return times;
}

const SLICE = 2_000_000;

/** How much longer a run takes with breakpoints that are never hit, in percent. */
async function costOfBreakpoints(): Promise<number> {
  const client = await here().launch({ program: '/long.tfw', stepLimit: SLICE });
  const executed = linesWith(LONG, 'count += 1').map((line, i) => ({
    line,
    condition: i % 2 === 0 ? 'SCR_EL3.NS == 0' : 'count == 1 << 63',
  }));
  const others = linesWith(LONG, 'count += 2').map((line) => ({ line }));
  const setting = async (breakpoints: readonly object[]): Promise<void> => {
    const { breakpoints: set } = await client.ask<DebugProtocol.SetBreakpointsResponse['body']>('setBreakpoints', {
      source: { path: '/long.tfw' },
      breakpoints,
    });
    if (set.some(({ verified }) => !verified)) throw new Error(JSON.stringify(set.find(({ verified }) => !verified)));
  };
  const times = { with: [] as number[], without: [] as number[] };
  const run = async (): Promise<void> => {
    const { reason } = await client.stop('continue');
    if (reason !== 'step limit') throw new Error(`stopped: ${reason}`);
  };
  await run();
  // By turns, so that whatever else the machine does falls on both.
  for (let i = 0; i < 7; i++) {
    await setting([]);
    times.without.push(await timed(run));
    await setting([...executed, ...others]);
    times.with.push(await timed(run));
  }
  return (quantile(times.with, 0.5) / quantile(times.without, 0.5) - 1) * 100;
}

/** Runs through all calls, with a breakpoint on them that is false each time. */
function falseBreakpoints(program: string, condition: string | undefined): () => Promise<number> {
  return async () => {
    const client = await here().launch({ program });
    if (condition) {
      const { breakpoints } = await client.ask<DebugProtocol.SetExceptionBreakpointsResponse['body'] & object>('setExceptionBreakpoints', {
        filters: [],
        filterOptions: [{ filterId: 'smc', condition }],
      });
      if (!breakpoints?.[0].verified) throw new Error(breakpoints?.[0].message);
    }
    const milliseconds = await timed(async () => {
      const { reason } = await client.stop('continue');
      if (reason !== 'end') throw new Error(`stopped: ${reason}`);
    });
    return (SMCS * 1000) / milliseconds;
  };
}

/** What an endless loop in its thread does to ours, and how long it takes to be paused. */
async function endlessLoop(): Promise<{ delay: number; pauses: number[] }> {
  const client = await apart().launch({ program: '/long.tfw' });
  await client.ask('continue', { threadId: 1 });
  await new Promise((resolve) => setTimeout(resolve, 500));
  const histogram = monitorEventLoopDelay({ resolution: 1 });
  histogram.enable();
  await new Promise((resolve) => setTimeout(resolve, 3000));
  histogram.disable();
  const pauses: number[] = [];
  for (let i = 0; i < 50; i++) {
    pauses.push(await timed(() => client.stop('pause')));
    await client.ask('continue', { threadId: 1 });
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  client.close();
  return { delay: histogram.percentile(99) / 1e6, pauses };
}

const STEPS = 50;

export default [
  {
    name: 'F5 to first stop',
    unit: 'starts',
    run: async () => {
      await here().launch({ program: START_HERE });
      return 1;
    },
  },
  {
    name: 'F5 to first stop of the largest scenario (goal: under 300 ms)',
    unit: 'starts',
    run: async () => {
      await here().launch({ program: LARGEST });
      return 1;
    },
  },
  {
    name: 'the first two minutes: F5, to the fault, to who changed the tag',
    unit: 'runs',
    run: async () => {
      const client = await here().launch({ program: START_HERE });
      await client.stop('continue');
      await client.stop('worldstep/whoChangedTag', { address: PAGE });
      return 1;
    },
  },
  {
    name: 'step into, from the first statement into EL3',
    unit: 'steps',
    run: async () => {
      const client = await here().launch({ program: START_HERE });
      for (let i = 0; i < STEPS; i++) await client.stop('stepIn');
      return STEPS;
    },
  },
  ...rows(stepTimes, {
    'step and stack, after 10 million steps, p50': ['ms', (times) => quantile(times, 0.5)],
    'step and stack, after 10 million steps, p99 (goal: under 5 ms)': ['ms', (times) => quantile(times, 0.99)],
  }),
  ...rows(costOfBreakpoints, {
    [`continue with ${2 * LINES} breakpoints, ${LINES} of them false (goal: under 10 %)`]: ['% longer', (percent) => percent],
  }),
  ...rows(falseBreakpoints('/short.tfw', undefined), { 'SMCs to a short EL3 and back, no breakpoint': ['calls/s', (rate) => rate] }),
  ...rows(falseBreakpoints('/short.tfw', 'fid == 0x8400_0001'), {
    'the same, a conditional breakpoint on each (goal: 1 M/s)': ['calls/s', (rate) => rate],
  }),
  ...rows(falseBreakpoints('/saving.tfw', 'fid == 0x8400_0001'), {
    'the same, EL3 saves and restores x0-x30': ['calls/s', (rate) => rate],
  }),
  ...rows(endlessLoop, {
    "delay of the host's event loop in an endless loop, p99 (goal: under 20 ms)": ['ms', ({ delay }) => delay],
    'pause of an endless loop, p50': ['ms', ({ pauses }) => quantile(pauses, 0.5)],
    'pause of an endless loop, slowest of 50 (goal: under 100 ms)': ['ms', ({ pauses }) => quantile(pauses, 1)],
  }),
] satisfies Bench[];
