import { spawn } from 'node:child_process';
import { basename, extname } from 'node:path';
import { at, root } from './project.mjs';

/**
 * Runs a program to its end and answers its exit code. Output is shown as it comes, or with `quiet` only where the program fails.
 * @param {string} program @param {string[]} args @param {{ quiet?: boolean, cwd?: string, env?: NodeJS.ProcessEnv }} [options]
 * @returns {Promise<number>}
 */
export function run(program, args, { quiet = false, cwd = root, env = process.env } = {}) {
  return new Promise((resolve, reject) => {
    // Some tools take CI for a terminal with colours.
    const plain = process.stdout.isTTY ? {} : { NO_COLOR: '1' };
    const child = spawn(program, args, {
      cwd,
      env: { ...env, ...plain },
      stdio: ['ignore', quiet ? 'pipe' : 'inherit', quiet ? 'pipe' : 'inherit'],
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream?.on('data', (data) => (output += data));
    child.once('error', reject);
    child.once('close', (code, signal) => {
      if (quiet && code !== 0) process.stdout.write(output);
      resolve(signal ? 128 : (code ?? 1));
    });
  });
}

/** Runs a program and throws unless it succeeds. */
export async function mustRun(program, args, options) {
  const code = await run(program, args, options);
  if (code !== 0) throw new Error(`${[basename(program), ...args].join(' ')} ended with ${code}`);
}

/** Runs the command line of a package in node_modules with this very Node. */
export async function tool(script, args, options) {
  const code = await run(process.execPath, [at('node_modules', script), ...args], options);
  if (code !== 0) throw new Error(`${basename(script, extname(script))} ended with ${code}`);
}
