import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { main } from './cli.ts';

const scenario = (name: string, body: string): string => `
scenario "${name}" on cca {
    image host in NS.EL2 {
        fn main() {
            ${body}
        }
    }
    core 0 runs host.main
}
`;
const FILES = {
  'good.tfw': `use firmware.arm.cca\n${scenario('does nothing', 'finish')}`,
  'several.tfw': `use firmware.arm.cca\n${scenario('one', 'finish')}${scenario('two', 'panic("two gave up")')}`,
  'endless.tfw': `use firmware.arm.cca\n${scenario('goes round', 'while true { isb() }')}`,
  'wrong.tfw': `use firmware.arm.cca\n${scenario('misspelt', 'finish_now()')}`,
  'module.tfw': 'const ONE: u64 = 1\n',
};

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'worldstep-cli-'));
  for (const [name, text] of Object.entries(FILES)) writeFileSync(join(folder, name), text);
});
afterAll(() => rmSync(folder, { recursive: true }));

function worldstep(...args: string[]): { readonly code: number; readonly out: string; readonly err: string } {
  const out: string[] = [];
  const err: string[] = [];
  const code = main(args, { cwd: folder, version: '1.2.3', out: (line) => out.push(line), err: (line) => err.push(line) });
  return { code, out: out.join('\n'), err: err.join('\n') };
}

describe('worldstep run', () => {
  it('prints the flow and the result, and ends with 0 if it passed', () => {
    const { code, out } = worldstep('run', 'good.tfw');
    expect(code).toBe(0);
    expect(out).toContain('host.main  finished in Non-secure EL2');
    expect(out).toMatch(/passed: does nothing \(\d+ steps\)$/);
  });

  it('ends with 1 and says where, if it failed', () => {
    const { code, out } = worldstep('run', 'several.tfw#two');
    expect(code).toBe(1);
    expect(out).toMatch(/several.tfw:15:13: panic: two gave up\n {2}15 \| +panic\("two gave up"\)\n {5}\| +\^/);
  });

  it('asks for a name where there are several scenarios', () => {
    const { code, err } = worldstep('run', 'several.tfw');
    expect(code).toBe(1);
    expect(err).toContain('name one of "one", "two"');
  });

  it('gives an endless loop up, and says where it goes round', () => {
    const { code, out } = worldstep('run', 'endless.tfw', '--step-limit', '200000');
    expect(code).toBe(1);
    expect(out).toMatch(/endless.tfw:\d+:\d+: no end after 200000 steps: it goes round in host.main/);
  });

  it('prints errors of the source with their places, and ends with 1', () => {
    const { code, err } = worldstep('run', 'wrong.tfw');
    expect(code).toBe(1);
    expect(err).toMatch(/^wrong.tfw:6:13: error TFW101: .*\n {2}6 \| {13}finish_now\(\)\n/);
  });

  it('ends with 2 for what is no file, and for what is no command', () => {
    expect(worldstep('run', 'absent.tfw')).toMatchObject({ code: 2, err: 'worldstep: there is no file absent.tfw' });
    expect(worldstep('fly', 'good.tfw')).toMatchObject({ code: 2, out: '' });
  });
});

describe('worldstep trace', () => {
  it('prints the flow alone', () => {
    const { code, out } = worldstep('trace', 'good.tfw');
    expect(code).toBe(0);
    expect(out.split('\n').at(-1)).toBe('host.main  finished in Non-secure EL2');
  });

  it('shows every call if asked to', () => {
    expect(worldstep('trace', 'good.tfw').out).not.toContain('bl31.bl31_setup');
    expect(worldstep('trace', 'good.tfw', '--verbose').out).toMatch(/^bl31.reset\n {2}bl31.bl31_setup\(\)\n/);
  });
});

describe('worldstep test', () => {
  it('runs every scenario of every file, and fails if one fails', () => {
    const { code, out } = worldstep('test', 'good.tfw', 'several.tfw');
    expect(code).toBe(1);
    expect(out).toMatch(
      /^passed {2}good.tfw#does nothing .*\npassed {2}several.tfw#one .*\nFAILED {2}several.tfw#two .*\n {2}several.tfw:15:13: panic/,
    );
    expect(out.split('\n').at(-1)).toBe('2 passed, 1 failed');
  });

  it('passes over files of a folder that have no scenario, but not over those with errors', () => {
    const { out, err } = worldstep('test', folder, '--step-limit', '200000');
    expect(out).not.toContain('module.tfw');
    expect(out).toContain('FAILED  wrong.tfw');
    expect(err).toContain('TFW101');
    expect(out.split('\n').at(-1)).toBe('2 passed, 3 failed');
  });

  it('fails a file that is named and has nothing to run', () => {
    expect(worldstep('test', 'module.tfw')).toMatchObject({ code: 1, err: expect.stringContaining('TFW404') });
  });

  it('runs the one scenario that is asked for', () => {
    expect(worldstep('test', 'several.tfw', '--scenario', 'one').out).toMatch(/1 passed, 0 failed$/);
  });
});

describe('files', () => {
  it('outside the folder are not reached by `use`, not by a link either', () => {
    const elsewhere = mkdtempSync(join(tmpdir(), 'worldstep-secret-'));
    writeFileSync(join(elsewhere, 'secret.tfw'), 'const SECRET: u64 = 1\n');
    symlinkSync(join(elsewhere, 'secret.tfw'), join(folder, 'link.tfw'));
    writeFileSync(join(folder, 'thief.tfw'), `use "./link.tfw"\n${FILES['good.tfw']}`);
    expect(worldstep('run', 'thief.tfw')).toMatchObject({ code: 1, err: expect.stringContaining('TFW104') });
    rmSync(join(folder, 'thief.tfw'));
    rmSync(elsewhere, { recursive: true });
  });
});
