/** Memory as text: sixteen bytes a line, as a hex dump. */

const width = 16;

/** @param unreadable how many bytes after these cannot be read, and why, if that is known. */
export function dump(from: bigint, bytes: Uint8Array, unreadable?: string): string {
  const lines: string[] = [];
  for (let i = 0; i < bytes.length; i += width) {
    const part = bytes.subarray(i, i + width);
    const hex = [...part].map((byte) => byte.toString(16).padStart(2, '0'));
    const halves = [hex.slice(0, width / 2), hex.slice(width / 2)].map((half) => half.join(' ').padEnd(23));
    const text = [...part].map((byte) => (byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '.')).join('');
    lines.push(`${spell(from + BigInt(i))}  ${halves.join('  ')}  ${text}`);
  }
  const collapsed = collapse(lines);
  return [...collapsed, ...(unreadable === undefined ? [] : [`${spell(from + BigInt(bytes.length))}  ${unreadable}`]), ''].join('\n');
}

/** Lines that say what the line above says are one asterisk, as `hexdump` has it. */
function collapse(lines: readonly string[]): string[] {
  const content = (line: string) => line.slice(line.indexOf('  '));
  return lines.flatMap((line, i) => {
    const same = (at: number) => at > 0 && at < lines.length && content(lines[at]) === content(lines[at - 1]);
    if (!same(i) || i === lines.length - 1) return [line];
    return same(i - 1) ? [] : ['*'];
  });
}

function spell(address: bigint): string {
  const digits = address.toString(16).padStart(8, '0');
  return digits.replace(/\B(?=(?:[0-9a-f]{4})+$)/g, '_');
}
