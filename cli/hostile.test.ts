/** Input that nobody means well with: one clear sentence, exit code 1, no stack trace, soon. */
import { chmodSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { type Printed, sandbox, scenario, USE } from './testing.ts';

const here = sandbox();
afterAll(here.remove);

/** Milliseconds of work; generous, since tests share their machine. */
const SOON = 12_000;

async function refused(name: string, content: string | Uint8Array, command = 'run'): Promise<Printed> {
  here.write({ [name]: content });
  const start = process.cpuUsage().user / 1000;
  const printed = await here.run(command, name);
  expect(process.cpuUsage().user / 1000 - start).toBeLessThan(SOON);
  expect(printed.code).toBe(1);
  expect(printed.out + printed.err).not.toMatch(/^\s+at .*:\d+|is a bug/m);
  return printed;
}

const bytes = (count: number): Uint8Array => {
  let state = 12_345;
  return Uint8Array.from({ length: count }, () => (state = (state * 1_103_515_245 + 12_345) & 0x7fff_ffff) >> 8);
};
const inHost = (statements: string): string => `${USE}${scenario('s', statements)}`;

describe('a file that is no program', () => {
  it.each([
    ['ten megabytes of random bytes', Buffer.concat(Array(10).fill(bytes(1 << 20))), 'binary data'],
    ['random bytes', bytes(1000), 'binary data'],
    ['text of sixteen bits', Buffer.from(`\uFEFF${inHost('finish')}`, 'utf16le'), 'binary data'],
    ['random text', Buffer.from(bytes(300_000).map((byte) => byte || 32)), 'TFW002'],
    ['one line of ten megabytes', 'a'.repeat(10_000_000), 'at most 1000000 can be read'],
    ['ten megabytes of statements', 'foo bar = = 3\n'.repeat(720_000), 'at most 1000000 can be read'],
    ['a megabyte of open strings', '"abc {\n'.repeat(140_000), 'the rest of the file is not read|The string is not closed'],
    ['fifty thousand open images', 'image a in NS.EL2 {\n'.repeat(49_999), '`}` is missing before `image`'],
    ['nothing', '', 'There is no scenario in this file'],
    ['a hundred thousand brackets', inHost(`let a = ${'('.repeat(100_000)}`), 'Brackets are nested more than 47 deep'],
    ['a hundred thousand blocks', inHost('{ '.repeat(100_000)), 'Brackets are nested more than 47 deep'],
    ['a hundred thousand operators', inHost(`let a = ${'!'.repeat(100_000)}true`), 'More than 32 prefix operators'],
  ])('but %s is refused', async (_, content, message) => {
    const { err } = await refused('garbage.tfw', content);
    expect(err).toMatch(new RegExp(message));
    const lines = err.split('\n');
    expect(lines.length).toBeLessThan(2000);
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThan(400);
  });

  it('but a folder, or one that may not be read, is refused', async () => {
    mkdirSync(join(here.folder, 'folder.tfw'));
    expect(await here.run('run', 'folder.tfw')).toMatchObject({ code: 1, err: 'worldstep: folder.tfw is not one file' });
    here.write({ 'locked.tfw': inHost('finish') });
    chmodSync(join(here.folder, 'locked.tfw'), 0);
    // The superuser may read everything.
    if (process.getuid?.() === 0) return;
    expect(await here.run('run', 'locked.tfw')).toMatchObject({ code: 1, err: expect.stringContaining('it may not be read') });
  });

  it('is refused by every command', async () => {
    for (const command of ['run', 'trace', 'test', 'check', 'fmt']) {
      const { out, err } = await refused('garbage.tfw', bytes(1000), command);
      expect(out + err).toContain('garbage.tfw:1:1: error TFW104: The file cannot be read: it is no text, but binary data.');
    }
  });
});

describe('a file with line ends of Windows, or a byte order mark', () => {
  it('is read as any other, with errors at their places', async () => {
    here.write({ 'windows.tfw': `\uFEFF${inHost('finish').replaceAll('\n', '\r\n')}` });
    expect((await here.run('run', 'windows.tfw')).code).toBe(0);
    const { err } = await refused('windows.tfw', `\uFEFF${inHost('let a = = 1\nb = 1').replaceAll('\n', '\r\n')}`);
    expect([...err.matchAll(/^windows.tfw:(\d+:\d+): error (TFW\d+)/gm)].map(([, at, code]) => `${at} ${code}`)).toEqual([
      '6:21 TFW001',
      '7:1 TFW101',
    ]);
  });
});

describe('a program that is wrong', () => {
  const IMAGE = 'image one in Root.EL3 {\n    entry start { while true { wfi() } }\n}\n';
  const on = (platform: string): string => `${USE}${IMAGE}${platform}\n${scenario('s', 'finish').replace('on cca', 'on mine')}`;

  it.each([
    ['an unknown register', inHost('SCR_EL4.NS = 1'), 'did you mean `SCR_EL3`?'],
    ['an unknown field', inHost('HCR_EL2.TGEE = 1'), 'did you mean `TGE`?'],
    ['a value that does not fit', inHost('let a: u8 = 300'), '300 does not fit `u8`'],
    ['a wrong type', inHost('let a: bool = 3 + true'), '`\\+` takes two integers'],
    ['images that overlap', on('platform mine extends cca { load one at 0xfdc0_0000 }'), 'TFW401'],
    ['an image outside of memory', on('platform mine extends cca { load one at 0x7000_0000_0000 }'), 'does not lie in memory'],
    [
      'a file that leads out of the workspace',
      `use "../../../etc/passwd"\n${inHost('finish')}`,
      'there is no file|There is no file `../../../etc/passwd` in the workspace',
    ],
    ['a file that does not exist', `use "./absent.tfw"\n${inHost('finish')}`, 'There is no file `./absent.tfw` in the workspace'],
    ['a function without end', inHost('main()'), 'calls itself'],
  ])('by %s says so, where it is', async (_, text, message) => {
    const { err } = await refused('wrong.tfw', text);
    expect(err).toMatch(new RegExp(message));
    expect(err).toMatch(/^wrong.tfw:\d+:\d+: error TFW\d+/);
  });

  it('takes an exception for which it has no vector: the run says which one is missing', async () => {
    const { out } = await refused(
      'vector.tfw',
      inHost('let page = 0xffc0_0000 as *u64\n            let value = *page\n            expect value == 0'),
    );
    expect(out).toMatch(/FAILED: s .*\n(.*\n)*.*no `vector sync_same_el`/);
  });

  it('never ends: it is given up, with the place where it goes round', async () => {
    const { out } = await refused('endless.tfw', inHost('while true { }'));
    expect(out).toMatch(/no end after 4000000 steps.*\nendless.tfw:6:19: core 0 goes round in host.main/);
  });
});
