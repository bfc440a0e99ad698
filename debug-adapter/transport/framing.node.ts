/**
 * Messages on a stream of bytes: a header with the length of what follows, an empty line, JSON. (Debug Adapter Protocol,
 * "Base protocol".) A stream cuts where it likes; what arrives is put together here.
 */

/** Why what came is no message. After a fatal problem nobody knows where the next one begins. */
export interface Problem {
  readonly problem: string;
  readonly fatal: boolean;
}

export type Framed = { readonly message: object } | Problem;

/** Bytes. A header has some twenty. */
const LONGEST_HEADER = 1024;
/** Bytes: a hundred times what a hundred thousand breakpoints take is nothing that a client means. */
const LONGEST_MESSAGE = 64 << 20;
const END = '\r\n\r\n';
/** Nothing else may stand there: a web page can make a browser send requests to any port, but not without its own fields. */
const FIELD = /^(?:Content-Length: *(\d{1,15})|Content-Type: *[^\r\n]*)$/i;

export class Decoder {
  private chunks: Buffer[] = [];
  private size = 0;
  /** Length of the message that is arriving; undefined: a header is. */
  private body: number | undefined;
  private lost = false;

  /** Takes what arrived and answers what is complete by it. */
  push(chunk: Buffer): Framed[] {
    const found: Framed[] = [];
    this.chunks.push(chunk);
    this.size += chunk.length;
    for (let next = this.next(); next; next = this.next()) if (next !== 'header') found.push(next);
    return found;
  }

  private next(): Framed | 'header' | undefined {
    if (this.lost) {
      this.take(this.size);
      return undefined;
    }
    if (this.body === undefined) return this.header();
    if (this.size < this.body) return undefined;
    const text = this.take(this.body).toString('utf8');
    this.body = undefined;
    return parse(text);
  }

  private header(): Framed | 'header' | undefined {
    const bytes = this.all();
    const end = bytes.subarray(0, LONGEST_HEADER).indexOf(END);
    if (end < 0) return bytes.length < LONGEST_HEADER ? undefined : this.lose('no header begins what was sent');
    const fields = this.take(end + END.length)
      .toString('latin1', 0, end)
      .split('\r\n')
      .map((line) => FIELD.exec(line));
    const lengths = fields.flatMap((field) => field?.[1] ?? []);
    if (lengths.length !== 1 || fields.includes(null)) return this.lose('a header must say Content-Length, once, and no more than that');
    const length = Number(lengths[0]);
    if (length > LONGEST_MESSAGE) return this.lose(`a message may have ${LONGEST_MESSAGE} bytes, not ${length}`);
    this.body = length;
    return 'header';
  }

  private lose(problem: string): Framed {
    this.lost = true;
    return { problem, fatal: true };
  }

  private all(): Buffer {
    if (this.chunks.length !== 1) this.chunks = [Buffer.concat(this.chunks)];
    return this.chunks[0];
  }

  private take(length: number): Buffer {
    const bytes = this.all();
    this.chunks = [bytes.subarray(length)];
    this.size -= length;
    return bytes.subarray(0, length);
  }
}

function parse(text: string): Framed {
  try {
    const message: unknown = JSON.parse(text);
    if (typeof message === 'object' && message !== null && !Array.isArray(message)) return { message };
    return { problem: 'a message must be a JSON object', fatal: false };
  } catch {
    return { problem: 'a message is no JSON', fatal: false };
  }
}

export function encode(message: object): Buffer {
  const body = Buffer.from(JSON.stringify(message), 'utf8');
  return Buffer.concat([Buffer.from(`Content-Length: ${body.length}${END}`, 'latin1'), body]);
}
