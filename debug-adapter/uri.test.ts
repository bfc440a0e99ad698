import { describe, expect, it } from 'vitest';
import { fileName, toClient, toUri, uriKey } from './uri.ts';

describe('sources', () => {
  it.each([
    ['/home/me/a b.tfw', 'file:///home/me/a%20b.tfw'],
    ['C:\\flows\\a.tfw', 'file:///C%3A/flows/a.tfw'],
    ['/tmp/100%.tfw', 'file:///tmp/100%25.tfw'],
    ['/tmp/#1?.tfw', 'file:///tmp/%231%3F.tfw'],
  ])('keep the path %s through its URI', (path, uri) => {
    expect(toUri(path)).toBe(uri);
    expect(toClient(uri)).toBe(path);
  });

  it('that are no files keep their URI', () => {
    expect(toUri('worldstep-lib:/firmware/a.tfw')).toBe('worldstep-lib:/firmware/a.tfw');
    expect(toClient('untitled:Untitled-1')).toBe('untitled:Untitled-1');
  });

  it('are the same however they are spelled', () => {
    expect(uriKey('file:///c%3A/a.tfw')).toBe(uriKey('C:\\a.tfw'));
    expect(uriKey('file:///a%20b.tfw')).toBe(uriKey('/a b.tfw'));
    expect(uriKey('/a.tfw')).not.toBe(uriKey('/b.tfw'));
  });

  it('with a stray percent sign are no error', () => {
    expect(toClient('file:///a%zz.tfw')).toBe('/a%zz.tfw');
  });

  it('with half a character are no error, and whole ones of all planes are kept', () => {
    expect(toClient(toUri('/a\ud800.tfw'))).toBe('/a\ufffd.tfw');
    expect(toClient(toUri('/\u{1f512}.tfw'))).toBe('/\u{1f512}.tfw');
  });

  it('are called by the last part of their name', () => {
    expect(fileName('file:///x/start%20here.tfw')).toBe('start here.tfw');
  });
});
