/** The command line as tests call it: in a folder of their own, with what it printed. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { main } from './cli.ts';

export interface Printed {
  readonly code: number;
  readonly out: string;
  readonly err: string;
  /** Lines that were shown for a while. */
  readonly progress: readonly string[];
}

export interface Sandbox {
  readonly folder: string;
  write(files: Readonly<Record<string, string | Uint8Array>>): void;
  run(...args: string[]): Promise<Printed>;
  remove(): void;
}

export function sandbox(files: Readonly<Record<string, string | Uint8Array>> = {}): Sandbox {
  const folder = mkdtempSync(join(tmpdir(), 'worldstep-cli-'));
  const write: Sandbox['write'] = (more) => {
    for (const [name, content] of Object.entries(more)) {
      mkdirSync(dirname(join(folder, name)), { recursive: true });
      writeFileSync(join(folder, name), content);
    }
  };
  write(files);
  return {
    folder,
    write,
    async run(...args) {
      const [out, err, progress]: [string[], string[], string[]] = [[], [], []];
      const code = await main(args, {
        cwd: folder,
        version: '1.2.3',
        colours: false,
        cores: 1,
        out: (line) => out.push(line),
        err: (line) => err.push(line),
        progress: (line) => progress.push(line),
      });
      return { code, out: out.join('\n'), err: err.join('\n'), progress };
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** A scenario whose host does what `body` says; further members of the scenario behind it. */
export const scenario = (name: string, body: string, members = ''): string => `
scenario "${name}" on cca {
    image host in NS.EL2 {
        fn main() {
            ${body}
        }
    }
    core 0 runs host.main
    ${members}
}
`;

export const USE = 'use firmware.arm.cca\n';
