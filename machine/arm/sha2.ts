/**
 * The compression functions of SHA-256 and SHA-512, on plain 32-bit integers. FIPS 180-4, sections 4.1, 4.2 and 6.
 * A 64-bit value is two elements of an array here, high half first.
 */

/** First 64 bits of the fractional part of a root of a prime, exactly, by integer root finding. FIPS 180-4, 4.2. */
function primes(count: number): bigint[] {
  const found: bigint[] = [];
  for (let n = 2n; found.length < count; n++) if (found.every((p) => n % p !== 0n)) found.push(n);
  return found;
}

/** Largest integer whose cube is at most `value`. */
function cubeRoot(value: bigint): bigint {
  let root = 0n;
  for (let bit = 1n << 68n; bit > 0n; bit >>= 1n) {
    const next = root | bit;
    if (next * next * next <= value) root = next;
  }
  return root;
}

/** The 80 constants K of SHA-512; the high halves of the first 64 are those of SHA-256. FIPS 180-4, 4.2.2 and 4.2.3. */
const K = new Int32Array(160);
for (const [i, prime] of primes(80).entries()) {
  const fraction = BigInt.asUintN(64, cubeRoot(prime << 192n));
  K[2 * i] = Number(fraction >> 32n) | 0;
  K[2 * i + 1] = Number(fraction & 0xffff_ffffn) | 0;
}

const rotate = (x: number, n: number) => (x >>> n) | (x << (32 - n));

const w256 = new Int32Array(64);

/** Mixes one block of sixteen words into the eight words of `state`. FIPS 180-4, 6.2.2. */
export function compress256(state: Int32Array, block: Int32Array): void {
  const w = w256;
  w.set(block);
  for (let t = 16; t < 64; t++) {
    const x = w[t - 15];
    const y = w[t - 2];
    const s0 = rotate(x, 7) ^ rotate(x, 18) ^ (x >>> 3);
    const s1 = rotate(y, 17) ^ rotate(y, 19) ^ (y >>> 10);
    w[t] = s1 + w[t - 7] + s0 + w[t - 16];
  }
  let [a, b, c, d, e, f, g, h] = state;
  for (let t = 0; t < 64; t++) {
    const sum1 = rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25);
    const t1 = (h + sum1 + ((e & f) ^ (~e & g)) + K[2 * t] + w[t]) | 0;
    const sum0 = rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22);
    const t2 = (sum0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    h = g;
    g = f;
    f = e;
    e = (d + t1) | 0;
    d = c;
    c = b;
    b = a;
    a = (t1 + t2) | 0;
  }
  const mixed = [a, b, c, d, e, f, g, h];
  for (let i = 0; i < 8; i++) state[i] += mixed[i];
}

/** Half of a 64-bit rotation right by n < 32: the half that keeps `x` and receives the low bits of `y`. */
const turn = (x: number, y: number, n: number) => (x >>> n) | (y << (32 - n));

const w512 = new Int32Array(160);
/** a to h, halves in turn. */
const v = new Int32Array(16);

/** w[t] = σ1(w[t-2]) + w[t-7] + σ0(w[t-15]) + w[t-16]. FIPS 180-4, 4.1.3. */
function schedule512(w: Int32Array): void {
  for (let i = 32; i < 160; i += 2) {
    const xh = w[i - 30];
    const xl = w[i - 29];
    const yh = w[i - 4];
    const yl = w[i - 3];
    const s0h = turn(xh, xl, 1) ^ turn(xh, xl, 8) ^ (xh >>> 7);
    const s0l = turn(xl, xh, 1) ^ turn(xl, xh, 8) ^ turn(xl, xh, 7);
    const s1h = turn(yh, yl, 19) ^ turn(yl, yh, 29) ^ (yh >>> 6);
    const s1l = turn(yl, yh, 19) ^ turn(yh, yl, 29) ^ turn(yl, yh, 6);
    const low = (s1l >>> 0) + (w[i - 13] >>> 0) + (s0l >>> 0) + (w[i - 31] >>> 0);
    w[i + 1] = low;
    w[i] = s1h + w[i - 14] + s0h + w[i - 32] + Math.floor(low / 2 ** 32);
  }
}

/** Mixes one block into `state`; both as halves, high half first: 16 and 32 elements. FIPS 180-4, 6.4.2. */
export function compress512(state: Int32Array, block: Int32Array): void {
  const w = w512;
  w.set(block);
  schedule512(w);
  v.set(state);
  for (let i = 0; i < 160; i += 2) {
    const eh = v[8];
    const el = v[9];
    const ah = v[0];
    const al = v[1];
    const sum1h = turn(eh, el, 14) ^ turn(eh, el, 18) ^ turn(el, eh, 9);
    const sum1l = turn(el, eh, 14) ^ turn(el, eh, 18) ^ turn(eh, el, 9);
    const chh = (eh & v[10]) ^ (~eh & v[12]);
    const chl = (el & v[11]) ^ (~el & v[13]);
    const t1l = (v[15] >>> 0) + (sum1l >>> 0) + (chl >>> 0) + (K[i + 1] >>> 0) + (w[i + 1] >>> 0);
    const t1h = (v[14] + sum1h + chh + K[i] + w[i] + Math.floor(t1l / 2 ** 32)) | 0;
    const sum0h = turn(ah, al, 28) ^ turn(al, ah, 2) ^ turn(al, ah, 7);
    const sum0l = turn(al, ah, 28) ^ turn(ah, al, 2) ^ turn(ah, al, 7);
    const majh = (ah & v[2]) ^ (ah & v[4]) ^ (v[2] & v[4]);
    const majl = (al & v[3]) ^ (al & v[5]) ^ (v[3] & v[5]);
    const t2l = (sum0l >>> 0) + (majl >>> 0);
    const t2h = sum0h + majh + Math.floor(t2l / 2 ** 32);
    const dl = (v[7] >>> 0) + ((t1l | 0) >>> 0);
    const dh = v[6] + t1h + Math.floor(dl / 2 ** 32);
    const nl = ((t1l | 0) >>> 0) + ((t2l | 0) >>> 0);
    const nh = t1h + t2h + Math.floor(nl / 2 ** 32);
    v.copyWithin(2, 0, 14);
    v[8] = dh;
    v[9] = dl;
    v[0] = nh;
    v[1] = nl;
  }
  for (let i = 0; i < 16; i += 2) {
    const low = (state[i + 1] >>> 0) + (v[i + 1] >>> 0);
    state[i + 1] = low;
    state[i] += v[i] + Math.floor(low / 2 ** 32);
  }
}
