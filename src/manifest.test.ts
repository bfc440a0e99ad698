import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { LaunchAttributes } from '../debug-adapter/protocol.ts';
import raw from '../package.json' with { type: 'json' };
import strings from '../package.nls.json' with { type: 'json' };

/** The manifest as VS Code shows it: keys in percent signs stand for strings. */
const manifest = JSON.parse(JSON.stringify(raw), (_key, value) => {
  const key = typeof value === 'string' ? /^%(.+)%$/.exec(value)?.[1] : undefined;
  return key === undefined ? value : (strings as Record<string, string>)[key];
}) as typeof raw;
const { contributes } = manifest;
const commands = contributes.commands.map(({ command }) => command);

/** Every attribute of the contract but `noDebug`, which VS Code sets itself: a new one does not compile until it is here. */
const launchAttributes = {
  program: true,
  scenario: true,
  stopOnEntry: true,
  schedule: true,
  args: true,
  seed: true,
  stepLimit: true,
  justMyImage: true,
  run: true,
} satisfies Record<Exclude<keyof LaunchAttributes, 'noDebug'>, true>;

/** Every string below a value. */
function texts(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(texts) : [];
}

describe('the manifest', () => {
  it('describes exactly the launch attributes that the adapter reads', () => {
    const { properties, required } = contributes.debuggers[0].configurationAttributes.launch;
    expect(Object.keys(properties).sort()).toEqual(Object.keys(launchAttributes).sort());
    expect(required).toEqual(['program']);
    for (const property of Object.values(properties)) {
      expect(texts([property]).length, JSON.stringify(property)).toBeGreaterThan(0);
      expect('description' in property || 'markdownDescription' in property).toBe(true);
    }
  });

  it('has only menu entries and links of commands that it contributes', () => {
    const entries = Object.values(contributes.menus).flatMap((menu) => menu.map(({ command }) => command));
    const shown = texts([contributes.viewsWelcome, contributes.walkthroughs]);
    const linked = shown.flatMap((text) => [...text.matchAll(/\(command:(worldstep\.\w+)\)/g)].map(([, id]) => id));
    const keys = contributes.keybindings.map(({ command }) => command);
    expect(linked.length).toBeGreaterThan(3);
    expect([...entries, ...linked, ...keys].filter((command) => !commands.includes(command))).toEqual([]);
  });

  it('says of every command whether the palette shows it', () => {
    expect(contributes.menus.commandPalette.map(({ command }) => command).sort()).toEqual([...commands].sort());
  });

  it('titles commands in one category, without the category in the title', () => {
    for (const { category, title } of contributes.commands) expect([category, title.includes('Worldstep')]).toEqual(['Worldstep', false]);
  });

  it('names only files that exist', () => {
    const files = texts(contributes).filter((text) => /^(\.\/|media\/)/.test(text));
    expect(files.length).toBeGreaterThan(0);
    expect([...files, manifest.icon].filter((file) => !existsSync(file))).toEqual([]);
  });

  it('gives every colour a value in every kind of theme', () => {
    for (const { id, defaults } of contributes.colors) {
      expect(Object.keys(defaults).sort(), id).toEqual(['dark', 'highContrast', 'highContrastLight', 'light']);
    }
  });

  it('tells people who debug nothing what each view will show', () => {
    const views = Object.values(contributes.views).flatMap((group) => group.map(({ id }) => id));
    const idle = contributes.viewsWelcome.filter(({ when }) => when.startsWith('!inDebugMode')).map(({ view }) => view);
    expect(idle.sort()).toEqual(views.sort());
  });

  it('keeps what it says in package.nls.json, all of it and nothing more', () => {
    const used = texts(raw).flatMap((text) => /^%(.+)%$/.exec(text)?.[1] ?? []);
    expect(Object.keys(strings).sort()).toEqual([...new Set(used)].sort());
    const titles = [raw.contributes.commands, raw.contributes.views.debug, raw.contributes.walkthroughs].flat();
    for (const title of titles.map((each) => ('title' in each ? each.title : each.name))) expect(title).toMatch(/^%.+%$/);
  });

  it('describes every setting', () => {
    for (const [name, setting] of Object.entries(contributes.configuration.properties)) {
      expect([name, texts(setting).some((text) => text.length > 40)]).toEqual([name, true]);
    }
  });

  it('gives no two commands one key in one place', () => {
    const keys = contributes.keybindings.map(({ key, when }) => `${key} ${when}`);
    expect(new Set(keys).size).toBe(keys.length);
  });
});
