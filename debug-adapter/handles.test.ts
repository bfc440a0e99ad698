import { describe, expect, it } from 'vitest';
import { RequestError } from './errors.ts';
import { Handles } from './handles.ts';

describe('handles', () => {
  it('start at 1, since 0 means nothing in the protocol', () => {
    expect(new Handles<string>().add('a')).toBe(1);
  });

  it('are never given twice, also after all are forgotten', () => {
    const handles = new Handles<string>();
    const first = handles.add('a');
    handles.clear();
    expect(handles.add('b')).toBeGreaterThan(first);
  });

  it('of an earlier stop are errors', () => {
    const handles = new Handles<string>();
    const first = handles.add('a');
    expect(handles.get(first)).toBe('a');
    handles.clear();
    expect(() => handles.get(first)).toThrow(RequestError);
  });
});
