/** Base64 as the protocol carries bytes, without what only one kind of host has. */
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

export function toBase64(bytes: Uint8Array): string {
  let text = '';
  for (let i = 0; i < bytes.length; i += 3) {
    const group = (bytes[i] << 16) | ((bytes[i + 1] ?? 0) << 8) | (bytes[i + 2] ?? 0);
    const present = Math.min(3, bytes.length - i);
    for (let digit = 0; digit < 4; digit++) text += digit <= present ? ALPHABET[(group >> (18 - 6 * digit)) & 63] : '=';
  }
  return text;
}
