/**
 * Gets a program's files. Compilation asks for texts at once, but a file may be anywhere: on a disk, in an editor that has
 * not saved it, on another machine. So it is tried with the texts at hand, and again when those that it missed have come:
 * once for the file itself and once for each level of `use`.
 */
import type { CompileResult } from '../language/index.ts';
import type { Host } from './host.ts';
import type { Toolchain } from './toolchain.ts';

export async function compileFrom(
  host: Pick<Host, 'read'>,
  { compile }: Pick<Toolchain, 'compile'>,
  uri: string,
  options: Parameters<Toolchain['compile']>[2],
): Promise<CompileResult> {
  const texts = new Map<string, string | undefined>();
  for (;;) {
    const missing = new Set<string>();
    const read = (wanted: string) => {
      if (!texts.has(wanted)) missing.add(wanted);
      return texts.get(wanted);
    };
    const result = compile({ read }, uri, options);
    if (missing.size === 0) return result;
    await Promise.all([...missing].map(async (wanted) => texts.set(wanted, await host.read(wanted))));
  }
}
