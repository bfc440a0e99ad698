// An animated PNG out of pictures of one size, for the README. Frames keep their compressed data as it is: APNG 1.0, acTL, fcTL, fdAT.
import { readFileSync, writeFileSync } from 'node:fs';
import { pictureFile } from './picture.ts';

const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

interface Chunk {
  readonly type: string;
  readonly data: Buffer;
}

/** Makes a picture of pictures, each shown for so many seconds, for ever. */
export function makeMovingPicture(name: string, pictures: readonly string[], seconds: number): void {
  const frames = pictures.map((picture) => chunksOf(readFileSync(pictureFile(picture))));
  const headers = frames.map((frame) => chunk(frame, 'IHDR').data);
  if (headers.some((header) => !header.equals(headers[0]))) throw new Error('the pictures differ in size or kind');
  let sequence = 0;
  const parts: Chunk[] = [
    { type: 'IHDR', data: headers[0] },
    { type: 'acTL', data: words(frames.length, 0) },
  ];
  for (const [i, frame] of frames.entries()) {
    const [width, height] = [headers[0].readUInt32BE(0), headers[0].readUInt32BE(4)];
    // Delay as a fraction of a second, then: leave the frame, replace what was there.
    const timing = Buffer.concat([shorts(Math.round(seconds * 100), 100), Buffer.from([0, 0])]);
    parts.push({ type: 'fcTL', data: Buffer.concat([words(sequence++, width, height, 0, 0), timing]) });
    for (const { data } of frame.filter(({ type }) => type === 'IDAT')) {
      parts.push(i === 0 ? { type: 'IDAT', data } : { type: 'fdAT', data: Buffer.concat([words(sequence++), data]) });
    }
  }
  parts.push({ type: 'IEND', data: Buffer.alloc(0) });
  writeFileSync(pictureFile(name), Buffer.concat([SIGNATURE, ...parts.map(encoded)]));
}

function chunksOf(png: Buffer): Chunk[] {
  const chunks: Chunk[] = [];
  for (let at = SIGNATURE.length; at < png.length; ) {
    const length = png.readUInt32BE(at);
    chunks.push({ type: png.toString('latin1', at + 4, at + 8), data: png.subarray(at + 8, at + 8 + length) });
    at += 12 + length;
  }
  return chunks;
}

function chunk(chunks: readonly Chunk[], type: string): Chunk {
  const found = chunks.find((each) => each.type === type);
  if (!found) throw new Error(`the picture has no ${type}`);
  return found;
}

function encoded({ type, data }: Chunk): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  return Buffer.concat([words(data.length), body, words(crc(body))]);
}

/** PNG 1.2, Annex D. */
function crc(data: Buffer): number {
  let sum = 0xffff_ffff;
  for (const byte of data) {
    sum ^= byte;
    for (let bit = 0; bit < 8; bit++) sum = (sum >>> 1) ^ (sum & 1 ? 0xedb8_8320 : 0);
  }
  return ~sum >>> 0;
}

function words(...values: number[]): Buffer {
  const buffer = Buffer.alloc(4 * values.length);
  for (const [i, value] of values.entries()) buffer.writeUInt32BE(value, 4 * i);
  return buffer;
}

function shorts(...values: number[]): Buffer {
  const buffer = Buffer.alloc(2 * values.length);
  for (const [i, value] of values.entries()) buffer.writeUInt16BE(value, 2 * i);
  return buffer;
}
