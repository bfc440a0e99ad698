import { describe, expect, it } from 'vitest';
import { folderOf, reaches } from './reach.ts';

describe('what a `use` may lead to', () => {
  it.each(['file:///work/a.tfw', 'file:///work/sub/b.tfw'])('is a flow file of the workspace: %s', (uri) => {
    expect(reaches(['file:///work'], uri)).toBe(true);
    expect(reaches(['file:///other', 'file:///work/'], uri)).toBe(true);
  });

  it.each([
    'file:///work2/a.tfw',
    'file:///etc/passwd',
    'file:///work/secrets.txt',
    'file:///work/../home/a.tfw',
    'file:///work/%2E%2E/home/a.tfw',
    'vscode-vfs://host/work/a.tfw',
  ])('is nothing else: %s', (uri) => {
    expect(reaches(['file:///work'], uri)).toBe(false);
  });

  it('is what stands beside a file that is in no workspace', () => {
    expect(reaches([folderOf('file:///home/me/a.tfw')], 'file:///home/me/lib/b.tfw')).toBe(true);
    expect(reaches([folderOf('file:///home/me/a.tfw')], 'file:///home/b.tfw')).toBe(false);
  });
});
