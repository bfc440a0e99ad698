#!/usr/bin/env node
// A front that takes the command line of desktop VS Code and runs the served one in headless Chromium instead: its path goes to
// @vscode/test-electron as `vscodeExecutablePath`. VSCODE_HOST_VERBOSE=1 shows everything that server and workbench say.
import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { launchBrowser } from './browser.mjs';
import { hostVersion, remoteUri, startServer, workbenchUrl } from './server.mjs';

const { options, developed, paths } = parse(process.argv.slice(2));
if (options.version) {
  console.log(hostVersion());
  process.exit(0);
}

const verbose = Boolean(process.env.VSCODE_HOST_VERBOSE);
const limit = Number(process.env.VSCODE_HOST_TIMEOUT_MS ?? 300_000);
let server;
let browser;
let finishing = false;

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => finish(130));
for (const bug of ['unhandledRejection', 'uncaughtException']) {
  process.on(bug, (error) => {
    if (!finishing) console.error(error);
    finish(1);
  });
}

// Built workbenches read extensionDevelopmentPath and extensionTestsPath only with the smoke-test driver enabled.
server = await startServer({
  userDataDir: options['user-data-dir'],
  extensionsDir: options['extensions-dir'],
  args: ['--enable-smoke-test-driver'],
  log: verbose ? (text) => process.stderr.write(text) : undefined,
});
browser = await launchBrowser();
const page = await (await browser.newContext({ viewport: { width: 1400, height: 900 } })).newPage();
await connect(page);
setTimeout(() => giveUp(page), limit);
await page.goto(workbenchUrl(server.port, startup()));
await page.locator('.monaco-workbench').waitFor({ timeout: 60_000 });

/** test-electron writes --name=value; what is not an option is a folder or a file to open. */
function parse(args) {
  const parsed = { options: {}, developed: [], paths: [] };
  for (const arg of args) {
    const [, name, value = true] = /^--([^=]+)(?:=(.*))?$/s.exec(arg) ?? [];
    if (!name) parsed.paths.push(resolve(arg));
    else if (name === 'extensionDevelopmentPath') parsed.developed.push(value);
    else parsed.options[name] = value;
  }
  return parsed;
}

function startup() {
  const uri = (path) => (/^[a-z-]+:\/\//i.test(path) ? path : remoteUri(server.port, resolve(path)));
  const isFolder = (path) => statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
  const payload = developed.map((path) => ['extensionDevelopmentPath', uri(path)]);
  if (options.extensionTestsPath) payload.push(['extensionTestsPath', uri(options.extensionTestsPath)]);
  for (const path of paths.filter((path) => !isFolder(path))) payload.push(['openFile', uri(path)]);
  return { folder: paths.find(isFolder), payload };
}

/** The workbench calls these two functions where they exist: with all that it logs, test reporters included, and with the tests' result. */
async function connect(page) {
  const noise =
    /^(Resolv\w+ connection token|Creating a socket|\[reconnection-grace-time\]|Updating additional builtin|Ignoring fetching additional builtin|\[Service Worker\]|\[AgentHost|\[AccountPolicyGate\]|Error: Could not locate the bindings file|Cannot find module '\.\/build\/Release\/watchdog'|getaddrinfo ENOTFOUND|Canceled: Canceled|ChatSessionStore)/;
  await page.exposeFunction('codeAutomationLog', (type, args) => {
    if (verbose || !noise.test(String(args[0]))) (console[type] ?? console.log)(...args);
  });
  await page.exposeFunction('codeAutomationExit', (code) => finish(code));
  page.on('crash', () => {
    console.error('the workbench page crashed');
    finish(1);
  });
}

async function giveUp(page) {
  console.error(`no result after ${limit} ms`);
  const path = process.env.VSCODE_HOST_SCREENSHOT;
  if (path) await page.screenshot({ path }).catch(() => {});
  finish(1);
}

async function finish(code) {
  if (finishing) return;
  finishing = true;
  await browser?.close().catch(() => {});
  await server?.close().catch(() => {});
  process.exit(code);
}
