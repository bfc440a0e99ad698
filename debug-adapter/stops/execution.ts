/** Sets the program going and brings it to a stop: the only place that changes between the two. */
import type { DebugProtocol } from '@vscode/debugprotocol';
import type { Arguments } from '../arguments.ts';
import type { Printer } from '../breakpoints/gate.ts';
import { joined } from '../breakpoints/store.ts';
import type { Stop } from '../debuggee.ts';
import { Cancelled } from '../driver.ts';
import type { How, Outcome, StopSet, Work } from '../engine/engine.ts';
import { reported } from '../progress.ts';
import type { Exchange } from '../requests.ts';
import type { Session } from '../session.ts';
import { END, endStop, nextCore, stopOf } from './outcome.ts';
import { alone, finishBackPlan, finishPlan, granularityOf, type Plan, restartPlan, stepBackPlan, stepPlan, targetPlan } from './plans.ts';
import { positionOf } from './position.ts';
import { announceEnd } from './verdict.ts';

export class Execution {
  private plan: Plan | undefined;
  private renew = false;
  private counting = false;

  constructor(private readonly session: Session) {}

  /** Prints for log points. */
  readonly print: Printer = (text, at) => {
    const { client } = this.session;
    if (this.plan && !this.plan.silent && !this.counting)
      this.session.output('stdout', text, at && placeOf(client.source(at.range.uri), client.toLine(at.range.line)));
  };

  /** Forward to the next stop, the end or the step limit. From the end there is nowhere to go. */
  run(exchange: Exchange, stops?: () => StopSet, only?: number): void {
    const { launch, engine } = this.session.program;
    const core = nextCore(this.session.program);
    const work: Plan['work'] = (it, set) =>
      only === undefined ? it.run(set, launch.stepLimit) : alone(it, only, it.run(set, launch.stepLimit));
    if (engine.ended) this.beyondTheEnd(exchange);
    else this.start(exchange, { core, work, renewable: !stops && only === undefined, boot: stops !== undefined, stops });
  }

  reverse(exchange: Exchange): void {
    const core = nextCore(this.session.program);
    this.start(exchange, { core, work: (it, set) => it.reverse(set), renewable: true, silent: true, title: 'Running back' });
  }

  step(exchange: Exchange, how: How, args: Arguments): void {
    const { program } = this.session;
    const core = program.core(args.integer('threadId'));
    granularityOf(args);
    // The core is in the handler already: the first step only shows it.
    const reveals = program.stop?.handlerHidden && program.stop.core === core && how !== 'out';
    if (reveals) exchange.afterwards(this.settle({ reason: 'step', core, event: program.stop?.event }));
    else if (program.engine.ended) this.beyondTheEnd(exchange);
    else if (how === 'into' && args.has('targetId')) this.start(exchange, targetPlan(this.session, args, core));
    else this.start(exchange, stepPlan(this.session, how, args, core));
  }

  /** `unasked`: by a request of ours, which clients do not know to be a move. */
  stepBack(exchange: Exchange, how: How, args: Arguments, unasked = false): void {
    const core = this.session.program.core(args.integer('threadId'));
    this.start(exchange, stepBackPlan(this.session, how, args, core), unasked);
  }

  finishExcursion(exchange: Exchange, args: Arguments): void {
    const core = this.session.program.core(args.integer('threadId'));
    if (this.session.program.engine.ended) this.beyondTheEnd(exchange);
    else this.start(exchange, finishPlan(this.session, args, core), true);
  }

  finishExcursionBack(exchange: Exchange, args: Arguments): void {
    const core = this.session.program.core(args.integer('threadId'));
    this.start(exchange, finishBackPlan(this.session, args, core), true);
  }

  restartFrame(exchange: Exchange, core: number, frame: number): void {
    this.start(exchange, restartPlan(core, frame));
  }

  /** Runs to words, in either direction; breakpoints on the way stop. */
  runTo(exchange: Exchange, core: number, target: StopSet, backward: boolean): void {
    const { program, breakpoints } = this.session;
    const stops = (): StopSet => joined([breakpoints.stops(), target]);
    if (!backward && program.engine.ended) this.beyondTheEnd(exchange);
    else if (backward) this.start(exchange, { core, work: (it, set) => it.reverse(set), silent: true, stops, title: 'Running back' }, true);
    else this.start(exchange, { core, work: (it, set) => it.run(set, program.launch.stepLimit), stops }, true);
  }

  /** Stops where it is, within one slice. A search or a travel is given up likewise. */
  pause(): void {
    this.session.driver.cancel();
  }

  /** Breakpoints changed: a run goes on with the new ones. */
  refresh(): void {
    if (!this.plan?.renewable) return;
    this.renew = true;
    this.session.driver.cancel();
  }

  /** Gives up whatever goes on, without a stop: the session ends, or begins again. */
  abandon(): void {
    this.plan = undefined;
    this.session.driver.cancel();
  }

  /** The program is stopped from now on; what is returned tells the client. */
  settle(stop: Stop): () => void {
    const { session } = this;
    session.program.arrive(stop);
    session.status = 'stopped';
    return () => this.announce(stop);
  }

  private start(exchange: Exchange, plan: Plan, unasked = false): void {
    const { session } = this;
    if (unasked) this.announceGoing(exchange, plan.core);
    session.program.leave();
    session.status = 'running';
    this.plan = plan;
    exchange.afterwards(() => void this.carryOut(plan));
  }

  private async carryOut(plan: Plan): Promise<void> {
    const { session } = this;
    // It may have been abandoned before it began.
    while (this.plan === plan) {
      try {
        const work = this.move(plan);
        const outcome = await session.driver.drive(plan.title === undefined ? work : reported(session, plan.title, work));
        if (this.plan !== plan) return;
        const stop = stopOf(outcome, { debuggee: session.program, breakpoints: session.breakpoints, core: plan.core });
        this.finish(stop.reason === 'step' && plan.reason !== undefined ? { ...stop, reason: plan.reason } : stop);
      } catch (error) {
        if (this.plan !== plan) return;
        if (error instanceof Cancelled && this.renew) this.renew = false;
        else this.finish(this.interrupted(error, plan.core));
      }
    }
  }

  /** One work, so that it can be given up at any moment. */
  private *move(plan: Plan): Work<Outcome> {
    const { breakpoints, program } = this.session;
    if (plan.boot) return yield* this.boot(plan);
    this.counting = true;
    try {
      yield* breakpoints.count(program);
    } finally {
      this.counting = false;
    }
    try {
      return yield* plan.work(program.engine, plan.stops?.() ?? breakpoints.stops());
    } finally {
      if (!plan.silent) breakpoints.counted(program);
    }
  }

  private *boot(plan: Plan): Work<Outcome> {
    const { breakpoints, program } = this.session;
    const outcome = yield* plan.work(program.engine, plan.stops?.() ?? breakpoints.stops());
    breakpoints.countFromHere(program, this.print);
    return outcome;
  }

  private interrupted(error: unknown, core: number): Stop {
    const { program } = this.session;
    if (error instanceof Cancelled) return { reason: 'pause', core: nextCore(program) };
    this.session.host.failed(error);
    this.session.output('stderr', 'The debugger failed, which is a bug of Worldstep. The program is stopped where it was.');
    return { reason: 'pause', core, description: 'The debugger failed' };
  }

  private finish(stop: Stop): void {
    const { session } = this;
    this.plan = undefined;
    const announce = this.settle(stop);
    if (stop.reason === END || session.program.launch.noDebug) announceEnd(session);
    if (session.program.launch.noDebug) this.exit();
    else announce();
  }

  private announce({ reason, core, description, hitBreakpointIds }: Stop): void {
    const { session } = this;
    const body: DebugProtocol.StoppedEvent['body'] = {
      reason,
      threadId: core + 1,
      allThreadsStopped: true,
      ...(description !== undefined && { description, text: description }),
      ...(hitBreakpointIds && { hitBreakpointIds: [...hitBreakpointIds] }),
    };
    session.event('stopped', body);
    this.refreshMemory();
    session.notify('worldstep/stopped', { position: positionOf(session.program), text: description ?? reason });
  }

  /** Something was changed by hand: whoever shows the machine must look again. Threads and stacks are where they were. */
  announceChange(): void {
    const { session } = this;
    if (session.client.takesInvalidated) session.event('invalidated', { areas: ['variables'] });
    this.refreshMemory();
    session.notify('worldstep/stopped', { position: positionOf(session.program), text: 'changed by hand' });
  }

  /** Whatever is shown of memory may be another now, in either direction. Clients match the reference and clip the range. */
  private refreshMemory(): void {
    const { client, program } = this.session;
    if (!client.watchesMemory) return;
    for (const memoryReference of program.memoryShown) this.session.event('memory', { memoryReference, offset: 0, count: 0x7fff_ffff });
  }

  /** The program moves although the client asked for nothing that it knows to be a move. */
  private announceGoing(exchange: Exchange, core: number): void {
    exchange.afterwards(() => this.session.event('continued', { threadId: core + 1, allThreadsContinued: true }));
  }

  /** Nothing can run any more: the first time that is a stop with the verdict, the second time the end of the session. */
  private beyondTheEnd(exchange: Exchange): void {
    const { program } = this.session;
    exchange.afterwards(program.stop?.reason === END ? () => this.exit() : () => this.finish(endStop(program)));
  }

  private exit(): void {
    const { session } = this;
    session.event('exited', { exitCode: session.program.engine.verdict().passed ? 0 : 1 });
    session.end();
  }
}

function placeOf(source: DebugProtocol.Source, line: number): Partial<DebugProtocol.OutputEvent['body']> {
  return { source, line };
}
