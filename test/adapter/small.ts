/** Programs that need no firmware: they are compiled and at their first statement in no time. */
import { BARE_PLATFORM } from '../support/programs.ts';
import { hostOf, TestClient } from './client.ts';

const scenario = (body: string): string => `${BARE_PLATFORM}
scenario "small" on bare {
    image code in Root.EL3 {
        var cell: u64
        fn add(a: u64, b: u64) -> u64 { return a + b }
        fn main() {
            var count: u64 = 1
            ${body}
        }
    }
    core 0 runs code.main
}`;

export const SHORT_TEXT = scenario('count += 1\n count = add(count, cell)\n cell = count\n finish');
export const ENDLESS_TEXT = scenario('while true {\n count += 1\n }');
/** Line of the statement in the loop. */
export const ENDLESS_LINE = 1 + ENDLESS_TEXT.split('\n').findIndex((line) => line.includes('count += 1'));
export const SHORT = '/short.tfw';
export const ENDLESS = '/endless.tfw';

export const smallClient = (): TestClient =>
  new TestClient(hostOf({ [`file://${SHORT}`]: SHORT_TEXT, [`file://${ENDLESS}`]: ENDLESS_TEXT }));

/** A client at the first statement of one of them. */
export async function launchSmall(program: string): Promise<TestClient> {
  const client = smallClient();
  await client.ask('initialize', { adapterID: 'worldstep' });
  await client.ask('launch', { program });
  await client.ask('configurationDone');
  await client.event('stopped');
  return client;
}
