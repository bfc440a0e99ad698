/** Memory by itself: what snapshots cost, and what a machine with a large granule protection table takes. */
import { Memory, PAGE_SIZE } from '../../machine/core/memory.ts';
import type { Bench } from './bench.ts';

const MIB = 2 ** 20;

/** Stores to one word of each page of [0, bytes). */
function touch(memory: Memory, bytes: number): void {
  for (let pa = 0; pa < bytes; pa += PAGE_SIZE) memory.write(pa, 8, BigInt(pa + 1));
}

/** `bytes` are touched before each measured snapshot and restore, outside of the time. */
function snapshotAndRestore(name: string, bytes: number): Bench {
  const memory = new Memory();
  touch(memory, bytes);
  let before = memory.snapshot();
  return {
    name,
    unit: 'snapshots with restore',
    prepare: () => touch(memory, bytes),
    run: () => {
      const after = memory.snapshot();
      memory.restore(before);
      before = after;
      return 1;
    },
  };
}

/** The level 1 granule protection tables of 1 TiB: 128 MiB of the same value, snapshots on the way as a debugger takes them. */
function taggedTebibyte(): Bench {
  return {
    name: 'memory of a machine with 1 TiB tagged',
    unit: 'bytes',
    quantity: true,
    run: () => {
      globalThis.gc?.();
      const start = process.memoryUsage();
      const memory = new Memory();
      for (let page = 0; page < 2 ** 15; page++) {
        memory.writable(page).u64.fill(0x9999_9999_9999_9999n);
        if (page % 1024 === 1023) memory.snapshot();
      }
      memory.snapshot();
      globalThis.gc?.();
      const end = process.memoryUsage();
      return end.heapUsed + end.arrayBuffers - start.heapUsed - start.arrayBuffers;
    },
  };
}

export default [
  snapshotAndRestore('snapshot and restore after touching 64 MiB', 64 * MIB),
  snapshotAndRestore('snapshot and restore after touching one page', PAGE_SIZE),
  taggedTebibyte(),
];
