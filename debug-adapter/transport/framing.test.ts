import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Decoder, encode, type Framed } from './framing.node.ts';

const frame = (body: string): Buffer => Buffer.from(`Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
const decode = (...chunks: (Buffer | string)[]): Framed[] => {
  const decoder = new Decoder();
  return chunks.flatMap((chunk) => decoder.push(Buffer.from(chunk as string)));
};

describe('messages on a stream', () => {
  it('arrive as they were sent, wherever the stream cuts', () => {
    const message = fc.record({ seq: fc.nat(), text: fc.string({ unit: 'binary' }) });
    fc.assert(
      fc.property(fc.array(message, { maxLength: 6 }), fc.array(fc.nat()), (messages, cuts) => {
        const bytes = Buffer.concat(messages.map(encode));
        const places = [...new Set(cuts.map((cut) => cut % (bytes.length + 1)))].sort((a, b) => a - b);
        const chunks = [0, ...places].map((from, i) => bytes.subarray(from, places[i]));
        expect(decode(...chunks)).toEqual(messages.map((each) => ({ message: JSON.parse(JSON.stringify(each)) })));
      }),
    );
  });

  it('may come byte by byte, and large', () => {
    const message = { text: 'é'.repeat(200_000) };
    const decoder = new Decoder();
    const found: Framed[] = [];
    for (const byte of encode({ seq: 1 })) found.push(...decoder.push(Buffer.of(byte)));
    const bytes = encode(message);
    for (let at = 0; at < bytes.length; at += 1000) found.push(...decoder.push(bytes.subarray(at, at + 1000)));
    expect(found).toEqual([{ message: { seq: 1 } }, { message }]);
  });

  it('say what they contain in whatever order and case', () => {
    expect(decode('content-type: application/json; charset=utf-8\r\ncontent-length:2\r\n\r\n{}')).toEqual([{ message: {} }]);
  });

  it.each(['{', '', '\0', '{"a":1}}', 'NaN'])('that are no JSON are told, and the next is read: %j', (body) => {
    expect(decode(frame(body), frame('{}'))).toEqual([{ problem: 'a message is no JSON', fatal: false }, { message: {} }]);
  });

  it.each(['[]', 'null', '7', '"next"'])('that are no objects are told, and the next is read: %s', (body) => {
    expect(decode(frame(body), frame('{}'))).toEqual([{ problem: 'a message must be a JSON object', fatal: false }, { message: {} }]);
  });

  it.each([
    ['a request of a browser', 'POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\n\r\n{}'],
    ['no length', 'Content-Type: x\r\n\r\n{}'],
    ['two lengths', 'Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}'],
    ['a length below nothing', 'Content-Length: -2\r\n\r\n{}'],
    ['no number', 'Content-Length: two\r\n\r\n{}'],
    ['an empty header', '\r\n\r\n{}'],
    ['no header at all', 'x'.repeat(2000)],
    ['a message larger than all memory', 'Content-Length: 999999999999999\r\n\r\n{}'],
  ])('end with %s, and nothing after it is believed', (_, text) => {
    expect(decode(text, frame('{}'))).toEqual([{ problem: expect.any(String), fatal: true }]);
  });
});
