// `npm start`: builds, and opens the example scenarios with the extension in the user's own VS Code. Where there is none, or no screen,
// it serves a VS Code on the loopback and prints the address.
//   --served                   serve, whatever is installed here
//   --port <number>            serve on this port instead of any free one
//   --print-address-and-exit   serve until the page has answered once, for scripts and tests
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { installHost } from '../test/host/install.mjs';
import { hostVersion, installVsix, remoteUri, startServer, workbenchUrl } from '../test/host/server.mjs';
import { build } from './build.mjs';
import { ensureDependencies } from './lib/dependencies.mjs';
import { onPath } from './lib/path.mjs';
import { at, root } from './lib/project.mjs';
import { mustRun } from './lib/run.mjs';
import { step } from './lib/step.mjs';
import { packExtension, vsix } from './package.mjs';

const { values: options } = parseArgs({
  options: {
    served: { type: 'boolean', default: false },
    port: { type: 'string', default: '0' },
    'print-address-and-exit': { type: 'boolean', default: false },
  },
});
const scenarios = at('scenarios');
const startHere = at('scenarios/arm/cca/start-here.tfw');

async function main() {
  await ensureDependencies();
  if (!(await step('build', build))) return 1;
  const code = desktop();
  if (code && !options.served && !options['print-address-and-exit']) return openDesktop(code);
  return serve();
}

/** The `code` command, where it could open a window. */
function desktop() {
  const screen = process.platform !== 'linux' || process.env.DISPLAY || process.env.WAYLAND_DISPLAY;
  return screen ? onPath('code', 'code.cmd') : undefined;
}

async function openDesktop(code) {
  await mustRun(code, [`--extensionDevelopmentPath=${root}`, scenarios, startHere]);
  console.log('VS Code is opening start-here.tfw. Press F5 there.');
  return 0;
}

async function serve() {
  await installHost();
  if (!(await step('package', packExtension))) return 1;
  const extensions = mkdtempSync(join(tmpdir(), 'worldstep-extensions-'));
  // Others on this machine can reach the loopback too, and a VS Code includes a terminal.
  const token = randomBytes(16).toString('hex');
  let server;
  try {
    installVsix(vsix, extensions);
    server = await startServer({ extensionsDir: extensions, port: Number(options.port), token, stopWhenUnused: false });
    const address = workbenchUrl(server.port, { folder: scenarios, payload: [['openFile', remoteUri(server.port, startHere)]], token });
    console.log(`VS Code ${hostVersion()} with Worldstep is at\n\n  ${address}\n`);
    if (options['print-address-and-exit']) return await answers(address);
    console.log('Open it in a browser of this machine and press F5. Ctrl-C here ends it.');
    return await ended(server);
  } finally {
    await server?.close();
    rmSync(extensions, { recursive: true, force: true });
  }
}

async function answers(address) {
  const { status } = await fetch(address, { redirect: 'manual' });
  return status < 400 ? 0 : 1;
}

/** Waits for Ctrl-C, or for the server to die by itself. */
function ended(server) {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, () => resolve(0));
    server.exited.then(() => resolve(1));
  });
}

try {
  process.exitCode = await main();
} catch (error) {
  console.error(`npm start: ${error instanceof Error ? error.message : error}`);
  process.exitCode = 1;
}
