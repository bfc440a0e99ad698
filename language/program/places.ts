/** Where images stand in memory, and whether they can stand there. */
import { AstUtils } from 'langium';
import type { MemoryRange } from '../../machine/index.ts';
import type { Image } from '../syntax/generated/ast.ts';
import type { Tell } from './platform.ts';

export const PAGE = 4096;

export interface Placed {
  readonly node: Image;
  /** Physical address of its first byte. */
  readonly base: number;
  /** Bytes. */
  readonly size: number;
}

const hex = (value: number): string => `0x${value.toString(16)}`;

/** Bytes that an image takes of the area it is loaded into. */
export const room = (size: number): number => Math.ceil(size / PAGE) * PAGE;

export function checkPlaces(images: readonly Placed[], memory: readonly MemoryRange[], tell: Tell): void {
  for (const [i, { node, base, size }] of images.entries()) {
    const end = base + size;
    if (base % PAGE !== 0) tell('TFW401', `Image \`${node.name}\` is loaded at ${hex(base)}, which is no multiple of 4 KiB.`, node);
    if (!memory.some((m) => base >= m.from && end <= m.to)) {
      const ranges = memory.map((m) => `${m.name} ${hex(m.from)} to ${hex(m.to)}`).join(', ') || 'none';
      tell('TFW401', `Image \`${node.name}\` (${hex(base)} to ${hex(end)}) does not lie in memory; there is ${ranges}.`, node);
    }
    for (const other of images.slice(0, i)) {
      if (base < other.base + other.size && other.base < end) {
        tell('TFW401', `Images \`${other.node.name}\` and \`${node.name}\` overlap at ${hex(Math.max(base, other.base))}.`, node);
      }
    }
  }
}

export const isLibrary = (node: Image): boolean => AstUtils.getDocument(node).uri.scheme === 'worldstep-lib';
