// The browser that shows the served VS Code in tests: one that is here already, else the distribution's package.
import { spawnSync } from 'node:child_process';
import { onPath } from './path.mjs';
import { mustRun } from './run.mjs';

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

const findChromium = () => process.env.CHROMIUM || onPath(...names);

/** Answers the path of a Chromium, installing one where the system's package manager allows it. */
export async function ensureChromium() {
  const found = findChromium();
  if (found) return found;
  const apt = onPath('apt-get');
  const asRoot = process.getuid?.() === 0 ? [] : ['sudo', '-n'];
  const mayInstall = apt && (asRoot.length === 0 || (onPath('sudo') && spawnSync('sudo', ['-n', 'true']).status === 0));
  if (!mayInstall) {
    throw new Error(
      'the editor tests need Chromium: install the package "chromium" with your package manager, or set CHROMIUM to the path of Chromium or Chrome',
    );
  }
  console.log('Installing Chromium with apt-get (about 350 MB with its libraries) ...');
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const aptGet = (...args) => {
    const [program, ...rest] = [...asRoot, apt, '-qq', ...args];
    return mustRun(program, rest, { env, quiet: true });
  };
  const install = () => aptGet('install', '-y', '--no-install-recommends', 'chromium', 'fonts-liberation');
  // A fresh image has no package lists, an old one has stale ones.
  await aptGet('update');
  await install();
  const installed = findChromium();
  if (!installed) throw new Error('apt-get installed chromium, but it is not on PATH');
  return installed;
}
