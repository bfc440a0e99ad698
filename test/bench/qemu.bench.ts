/**
 * The same questions to QEMU with gdb, for comparison: a bare-metal loop of SMCs, stopped at or looked at from outside. Only
 * where the tools are installed: apt-get install qemu-system-arm qemu-utils gdb-multiarch binutils-aarch64-linux-gnu
 */
import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Bench } from './bench.ts';
import { Remote } from './qemu/remote.ts';

const TOOLS = ['qemu-system-aarch64', 'qemu-img', 'gdb-multiarch', 'aarch64-linux-gnu-as', 'aarch64-linux-gnu-ld', 'aarch64-linux-gnu-nm'];
const SOURCE = fileURLToPath(new URL('../../../test/bench/qemu/smc.S', import.meta.url));
/** Milliseconds that each rate is measured for. */
const WHILE = 2000;

const folder = mkdtempSync(join(tmpdir(), 'worldstep-qemu-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));

interface Image {
  readonly elf: string;
  readonly symbols: Readonly<Record<string, number>>;
}

function assemble(): Image {
  const [object, elf] = [join(folder, 'smc.o'), join(folder, 'smc.elf')];
  execFileSync('aarch64-linux-gnu-as', ['-o', object, SOURCE]);
  execFileSync('aarch64-linux-gnu-ld', ['-Ttext=0x40200000', '-o', elf, object]);
  const lines = execFileSync('aarch64-linux-gnu-nm', [elf], { encoding: 'utf8' }).split('\n');
  return { elf, symbols: Object.fromEntries(lines.map((line) => line.split(/ . /)).map(([at, name]) => [name, Number.parseInt(at, 16)])) };
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

interface Running {
  readonly port: number;
  readonly process: ChildProcess;
}

/** A machine that waits for a debugger. */
async function start({ elf }: Image, ...more: string[]): Promise<Running> {
  const port = await freePort();
  const machine = ['-M', 'virt,secure=on,virtualization=on', '-cpu', 'max', '-display', 'none', '-nic', 'none'];
  const args = [...machine, '-device', `loader,file=${elf},cpu-num=0`, '-gdb', `tcp:127.0.0.1:${port}`, '-S', ...more];
  return { port, process: spawn('qemu-system-aarch64', args, { stdio: 'ignore' }) };
}

async function withMachine(work: (remote: Remote, image: Image) => Promise<number>, ...more: string[]): Promise<number> {
  const image = assemble();
  const running = await start(image, ...more);
  const remote = await Remote.connect(running.port);
  try {
    await remote.ask('?');
    return await work(remote, image);
  } finally {
    remote.close();
    running.process.kill();
  }
}

/** How often `act` was done in a second. */
async function rate(act: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  let count = 0;
  while (performance.now() - start < WHILE) {
    await act();
    count++;
  }
  return (count * 1000) / (performance.now() - start);
}

const breakpoint = (at: number): string => `0,${at.toString(16)},4`;

const freeRunning = (): Promise<number> =>
  withMachine(async (remote, { symbols }) => {
    remote.send('c');
    await new Promise((resolve) => setTimeout(resolve, 500));
    await remote.interrupt();
    const before = await remote.read(symbols.counter);
    const start = performance.now();
    remote.send('c');
    await new Promise((resolve) => setTimeout(resolve, WHILE));
    await remote.interrupt();
    const seconds = (performance.now() - start) / 1000;
    return ((await remote.read(symbols.counter)) - before) / seconds;
  });

/** A debugger that asks for one register at each hit, finds that it is not the one, steps off and goes on. */
const falseByProtocol = (): Promise<number> =>
  withMachine(async (remote, { symbols }) => {
    await remote.ask(`Z${breakpoint(symbols.call)}`);
    await remote.ask('c');
    return rate(async () => {
      await remote.ask('p0');
      await remote.ask(`z${breakpoint(symbols.call)}`);
      await remote.ask('s');
      await remote.ask(`Z${breakpoint(symbols.call)}`);
      await remote.ask('c');
    });
  });

/** gdb goes on until the counter is there; what its start takes is taken off. */
async function falseByGdb(): Promise<number> {
  const seconds = async (hits: number): Promise<number> => {
    const image = assemble();
    const running = await start(image);
    (await Remote.connect(running.port)).close();
    const begun = performance.now();
    const commands = [`target remote 127.0.0.1:${running.port}`, `break *${image.symbols.call} if $x20 == ${hits}`, 'continue', 'kill'];
    const { status, stderr } = spawnSync(
      'gdb-multiarch',
      ['-nx', '-batch', ...commands.flatMap((command) => ['-ex', command]), image.elf],
      { encoding: 'utf8' },
    );
    running.process.kill();
    if (status !== 0) throw new Error(stderr);
    return (performance.now() - begun) / 1000;
  };
  const [few, many] = [100, 5100];
  const short = await seconds(few);
  return (many - few) / ((await seconds(many)) - short);
}

const singleSteps = (): Promise<number> =>
  withMachine(async (remote, { symbols }) => {
    await remote.ask(`Z${breakpoint(symbols.call)}`);
    await remote.ask('c');
    await remote.ask(`z${breakpoint(symbols.call)}`);
    return rate(() => remote.ask('s'));
  });

/** Records a run, replays it to the 13 000th call, and steps back. */
async function reverseStep(): Promise<number> {
  const [log, disk] = [join(folder, 'run.bin'), join(folder, 'disk.qcow2')];
  execFileSync('qemu-img', ['create', '-q', '-f', 'qcow2', disk, '64M']);
  const mode = (rr: string): string[] => [
    '-icount',
    `shift=7,rr=${rr},rrfile=${log},rrsnapshot=init`,
    '-drive',
    `file=${disk},if=none,id=rr`,
  ];
  const goToMark = async (remote: Remote, { symbols }: Image): Promise<void> => {
    await remote.ask(`Z${breakpoint(symbols.mark)}`);
    await remote.ask('c');
    await remote.ask(`z${breakpoint(symbols.mark)}`);
  };
  await withMachine(
    async (remote, image) => {
      await goToMark(remote, image);
      for (let i = 0; i < 10; i++) await remote.ask('s');
      return 0;
    },
    ...mode('record'),
  );
  return withMachine(
    async (remote, image) => {
      await goToMark(remote, image);
      const start = performance.now();
      await remote.ask('bs');
      return performance.now() - start;
    },
    ...mode('replay'),
  );
}

const ROWS: Readonly<Record<string, readonly [unit: string, measure: () => Promise<number>]>> = {
  'QEMU: SMCs to an EL3 that saves and restores x0-x30, free running': ['calls/s', freeRunning],
  'QEMU: false conditional breakpoint on each SMC, by gdb': ['hits/s', falseByGdb],
  'QEMU: the same by the remote protocol alone': ['hits/s', falseByProtocol],
  'QEMU: single step, by the remote protocol': ['steps/s', singleSteps],
  'QEMU: reverse step after 10^6 instructions': ['ms', reverseStep],
};

const missing = TOOLS.filter((tool) => spawnSync('sh', ['-c', `command -v ${tool}`]).status !== 0);
if (missing.length > 0) console.log(`QEMU is not compared: there is no ${missing.join(', ')}`);

export default (missing.length > 0
  ? []
  : Object.entries(ROWS).map(([name, [unit, run]]) => ({ name, unit, quantity: true, run }))) satisfies Bench[];
