import { ensureChromium } from '../../scripts/lib/chromium.mjs';

/** Root cannot use Chromium's sandbox, and no page here comes from outside; the rest keeps it from calling home. */
const args = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** HEADED=1 shows the window. */
export async function launchBrowser() {
  const { chromium } = await import('playwright-core');
  return chromium.launch({ executablePath: await ensureChromium(), headless: !process.env.HEADED, args });
}
