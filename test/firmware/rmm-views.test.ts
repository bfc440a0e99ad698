/** What the debugger shows of Realms, tables, RECs and granules agrees with what the commands say of them. */
import { describe, expect, it } from 'vitest';
import type { ViewNode } from '../../language/index.ts';
import { createRealm, createRec, createRtt, pool, REC, rim, SHARED, SMALL, SOURCE } from '../support/realm.ts';
import { bootedHost, type RmiHost } from '../support/rmi.ts';

const view = (host: RmiHost, title: string): readonly ViewNode[] => host.view(title);
const field = (node: ViewNode, name: string): string | undefined => node.fields.find(({ label }) => label === name)?.text;
/** A tree as lines: label and state, indented by depth. */
const outline = (nodes: readonly ViewNode[], depth = ''): string[] =>
  nodes.flatMap(({ label, state, children }) => [`${depth}${label}${state ? ` ${state}` : ''}`, ...outline(children, `${depth}  `)]);

describe('views of RMM', () => {
  it('show nothing before there is a Realm', () => {
    const host = bootedHost();
    expect(view(host, 'Realms')).toEqual([]);
    expect(view(host, 'Granules')).toEqual([]);
  });

  it('show a Realm with its measurement, its REC, and its tables down to the pages', () => {
    const host = bootedHost();
    createRealm(host);
    createRtt(host, pool(0), 0, 2);
    createRtt(host, pool(1), 0, 3);
    host.delegate(pool(2), pool(3));
    host.ok('RMI_RTT_INIT_RIPAS', SMALL.rd, 0x1000, 0x3000);
    host.ok('RMI_DATA_CREATE', SMALL.rd, pool(2), 0x1000, SOURCE, 1);
    host.ok('RMI_DATA_CREATE_UNKNOWN', SMALL.rd, pool(3), 0x5000);
    host.ok('RMI_RTT_MAP_UNPROTECTED', SMALL.rd, SHARED, 1, 0x8000_00d8n);
    createRec(host, { ...REC, pc: 0x1000 });
    host.ok('RMI_REALM_ACTIVATE', SMALL.rd);

    const realms = view(host, 'Realms');
    expect(outline(realms)).toEqual([
      'Realm 1 ACTIVE',
      '  REC 0 READY',
      '  Table 0 at level 1',
      '    0x0 TABLE',
      '      0x0 TABLE',
      '        0x0 UNASSIGNED_EMPTY',
      '        0x1000 ASSIGNED_RAM',
      '        0x2000 UNASSIGNED_RAM',
      '        0x3000 UNASSIGNED_EMPTY',
      '        0x5000 ASSIGNED_EMPTY',
      '        0x6000 UNASSIGNED_EMPTY',
      '      0x20_0000 UNASSIGNED_EMPTY',
      '    0x4000_0000 UNASSIGNED_EMPTY',
      '    0x1_0000_0000 ASSIGNED_NS',
      '    0x1_4000_0000 UNASSIGNED_NS',
    ]);
    const [realm] = realms;
    expect(realm.address).toMatchObject({ pa: BigInt(SMALL.rd) });
    expect(field(realm, 'Initial measurement')).toBe(rim(host));
    expect([field(realm, 'VMID'), field(realm, 'IPA width'), field(realm, 'Hash'), field(realm, 'RECs')]).toEqual([
      '1',
      '33',
      'SHA_256',
      '1',
    ]);
    const [rec, table] = realm.children;
    expect(field(rec, 'PC')).toBe('0x1000');
    const pages = table.children[0].children[0].children;
    expect(pages.map((page) => field(page, 'up to'))).toEqual(['0x1000', '0x2000', '0x3000', '0x5000', '0x6000', '0x20_0000']);
    expect(field(pages[1], 'output address')).toBe('0x8a00_2000');
  });

  it('show two Realms apart, each with its own', () => {
    const host = bootedHost();
    createRealm(host);
    createRealm(host, { ...SMALL, rd: pool(0), rtt: pool(1), vmid: 2 });
    createRec(host);
    expect(outline(view(host, 'Realms')).filter((line) => /Realm|REC/.test(line))).toEqual(['Realm 1 NEW', '  REC 0 READY', 'Realm 2 NEW']);
  });

  it('show all starting tables, wherever the walk begins', () => {
    const host = bootedHost();
    createRealm(host, { ...SMALL, s2sz: 33, level: 2, numStart: 8 });
    const lines = outline(view(host, 'Realms'));
    expect(lines.filter((line) => line.includes('Table'))).toHaveLength(8);
    expect(lines.slice(-1)).toEqual(['    0x1_c000_0000 UNASSIGNED_NS']);
    host.ok('RMI_REALM_DESTROY', SMALL.rd);
    createRealmAgain(host);
    expect(outline(view(host, 'Realms'))).toEqual([
      'Realm 1 NEW',
      '  Table 0 at level 0',
      '    0x0 UNASSIGNED_EMPTY',
      '    0x8000_0000_0000 UNASSIGNED_NS',
    ]);
  });

  it('show every granule that is not the host’s, and what it is used for', () => {
    const host = bootedHost();
    createRealm(host);
    createRtt(host, pool(0), 0, 2);
    host.delegate(pool(5), 0xf000_0000);
    host.ok('RMI_GRANULE_UNDELEGATE', pool(5));
    expect(outline(view(host, 'Granules'))).toEqual(['0x8900_0000 RD', '0x8901_0000 RTT', '0x8a00_0000 RTT', '0xf000_0000 DELEGATED']);
  });
});

describe('a slot', () => {
  it('is open while a command uses a granule, and closed after it', () => {
    const host = bootedHost();
    host.start(0, 'RMI_GRANULE_DELEGATE', [pool(0)]);
    const seen = new Set<string>();
    for (let i = 0; i < 100; i++) {
      host.steps(10);
      for (const { label } of host.view('Open slots')) seen.add(label);
    }
    host.finish(0);
    expect([...seen]).toEqual(['slot 1']);
    expect(host.view('Open slots')).toEqual([]);
  });
});

/** The same granules as a Realm of 48 bits. */
function createRealmAgain(host: RmiHost): void {
  for (let i = 0; i < 8; i++) host.ok('RMI_GRANULE_UNDELEGATE', SMALL.rtt + i * 0x1000);
  host.ok('RMI_GRANULE_UNDELEGATE', SMALL.rd);
  createRealm(host, { ...SMALL, s2sz: 48, level: 0 });
}
