const colours = process.stdout.isTTY && !process.env.NO_COLOR;
const paint = (code, text) => (colours ? `\x1b[${code}m${text}\x1b[0m` : text);

/**
 * Does one piece of work and prints one line with its time. A failure is printed too, and answers false: the caller decides what still makes sense.
 * @param {string} name @param {() => unknown} work
 */
export async function step(name, work) {
  const start = performance.now();
  const line = (mark, note = '') => `${mark} ${name.padEnd(24)} ${((performance.now() - start) / 1000).toFixed(1).padStart(6)} s${note}`;
  try {
    const note = await work();
    console.log(line(paint(32, 'ok  '), typeof note === 'string' ? `  ${note}` : ''));
    return true;
  } catch (error) {
    console.log(line(paint(31, 'FAIL'), `  ${error instanceof Error ? error.message : error}`));
    if (process.env.WORLDSTEP_VERBOSE && error instanceof Error) console.log(error.stack);
    return false;
  }
}
