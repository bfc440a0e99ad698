/**
 * Why RMM invalidates what it takes away: a page goes from one Realm to another, and the first one, which has read it before,
 * reads again. DEN0137 A5.4; Arm ARM D8.17.
 */
import { describe, expect, it } from 'vitest';
import { compile } from '../../language/index.ts';
import { BESIDE_LIBRARY, withEditedLibrary } from '../support/library.ts';
import { run, show, troubles } from '../support/programs.ts';
import { createRealm, createRec, createRtt, pool, REC, SHARED, SIZE, SMALL, SOURCE } from '../support/realm.ts';
import { bootedHost, GRANULE, type RmiHost } from '../support/rmi.ts';

const SCENARIO = `
use firmware.arm.cca
use firmware.arm.kvm
use firmware.arm.realm_guest

scenario "a page changes Realms" on cca {
    const PAGE: u64 = REALM_RAM_BASE + 0x10_0000

    image guest in Realm.EL1 {
        var call: RsiHostCall
        fn main() {
            let page = PAGE as *u64
            page[0] = 1
            rsi_host_call(&call, 1, page[0])
            rsi_host_call(&call, 2, page[0])
            psci_system_off()
        }
    }

    image host in NS.EL2 {
        var kvm: Kvm
        var first: KvmRealm
        var second: KvmRealm
        var rec: KvmRec

        fn main() {
            kvm_init_rme(&kvm, 0x8800_0000, 16 MiB)
            kvm_create_realm(&kvm, &first)
            kvm_populate_realm(&first, REALM_RAM_BASE, guest.base, guest.size)
            kvm_create_rec(&first, &rec, REALM_RAM_BASE, RMI_RUNNABLE)
            kvm_activate_realm(&first)
            expect kvm_rec_run(&rec) == RMI_EXIT_HOST_CALL

            var data: u64
            var top: u64
            expect rmi_data_destroy(first.rd, PAGE, &data, &top) == RMI_SUCCESS

            // The second Realm gets the page with something of its own in it.
            kvm_create_realm(&kvm, &second)
            expect realm_create_rtt_levels(&second, PAGE, second.rtt_level_start, 3) == RMI_SUCCESS
            let source = alloc_page(&kvm.pages)
            *(source as *u64) = 0x5ec2e7
            expect rmi_data_create(second.rd, data, PAGE, source, RMI_MEASURE_CONTENT) == RMI_SUCCESS

            expect kvm_rec_enter(&rec) == RMI_SUCCESS
            let exit = &rec.run.exit
            if exit.exit_reason == RMI_EXIT_HOST_CALL { panic("the first Realm read {exit.gprs[0]}") }
            expect exit.exit_reason == RMI_EXIT_SYNC
            expect exit.hpfar == PAGE >> 12 << 4
        }
    }

    core 0 runs host.main
}
`;

/** What goes wrong if a line of RMM is left out. */
function without(line?: string): string[] {
  let found = line === undefined;
  const files = withEditedLibrary(BESIDE_LIBRARY, SCENARIO, (path, text) => {
    if (line === undefined || path !== 'firmware/arm/rmm/s2tt.tfw' || !text.includes(line)) return text;
    found = true;
    return text.replace(line, '');
  });
  const { program, diagnostics } = compile(files, BESIDE_LIBRARY);
  if (!program) throw new Error(diagnostics.map(show).join('\n'));
  expect(found).toBe(true);
  return troubles(run(program));
}

const LEAK = ['the first Realm read 0x5ec2e7'];

describe('a Realm that has read a page which is another Realm’s now', () => {
  it('comes back to the host when it reads again', () => {
    expect(without()).toEqual([]);
  });

  it('reads on if RMM does not invalidate what combines both stages', () => {
    expect(without('tlbi(VMALLE1IS)')).toEqual(LEAK);
  });

  it('reads on if RMM invalidates for another VMID', () => {
    expect(without('VTTBR_EL2 = s2_ctx.vmid << VTTBR_EL2_VMID_SHIFT')).toEqual(LEAK);
  });

  it('reads on if RMM does not invalidate a page', () => {
    expect(without('stage2_tlbi_ipa(s2_ctx, addr, 1, 0)')).toEqual(LEAK);
  });
});

describe('what RMM invalidates', () => {
  const { rd } = SMALL;
  const [L2, L3, DATA, SHARED_L2, SHARED_L3] = [0, 1, 2, 3, 4].map(pool);
  const BLOCK = 0x9000_0000;

  /** A Realm with pages at address 0, one of which is there, and at the start of its shared half. */
  function realm(): RmiHost {
    const host = bootedHost();
    createRealm(host);
    createRtt(host, L2, 0, 2);
    createRtt(host, L3, 0, 3);
    createRtt(host, SHARED_L2, SHARED, 2);
    createRtt(host, SHARED_L3, SHARED, 3);
    host.delegate(DATA);
    return host;
  }
  function fill(host: RmiHost): void {
    for (let i = 0; i < 512; i++) {
      host.delegate(BLOCK + i * GRANULE);
      host.ok('RMI_DATA_CREATE', rd, BLOCK + i * GRANULE, i * GRANULE, SOURCE, 0);
    }
  }
  /** What a command invalidates. */
  function by(host: RmiHost, command: string, ...args: (number | bigint)[]): string[] {
    host.invalidated.length = 0;
    host.ok(command, ...args);
    return [...host.invalidated];
  }
  const one = (ipa: number): string[] => [`IPAS2E1IS 0x${ipa.toString(16)}`, 'VMALLE1IS'];
  const all = (ipa: number, size: number): string[] => [
    ...Array.from({ length: 512 }, (_, i) => `IPAS2E1IS 0x${(ipa + i * size).toString(16)}`),
    'VMALLE1IS',
  ];

  it('is nothing when an address gets memory', () => {
    const host = realm();
    expect(by(host, 'RMI_DATA_CREATE', rd, DATA, 0, SOURCE, 1)).toEqual([]);
    expect(by(host, 'RMI_RTT_MAP_UNPROTECTED', rd, SHARED, 3, 0x8800_00d8n)).toEqual([]);
  });

  it('is the page that goes, if the MMU could see it', () => {
    const host = realm();
    host.ok('RMI_DATA_CREATE', rd, DATA, GRANULE, SOURCE, 1);
    expect(by(host, 'RMI_DATA_DESTROY', rd, GRANULE)).toEqual(one(GRANULE));
    host.ok('RMI_DATA_CREATE_UNKNOWN', rd, DATA, 2 * GRANULE);
    expect(by(host, 'RMI_DATA_DESTROY', rd, 2 * GRANULE)).toEqual([]);
    host.ok('RMI_RTT_MAP_UNPROTECTED', rd, SHARED + GRANULE, 3, 0x8800_00d8n);
    expect(by(host, 'RMI_RTT_UNMAP_UNPROTECTED', rd, SHARED + GRANULE, 3)).toEqual(one(SHARED + GRANULE));
  });

  it('is memory that becomes EMPTY, not what becomes RAM', () => {
    const host = realm();
    createRec(host);
    host.ok('RMI_DATA_CREATE', rd, DATA, 0, SOURCE, 1);
    const ask = (ripas: number) => {
      for (const [i, value] of [GRANULE, 0, ripas, 0].entries()) host.write(REC.rec + 0x620 + 8 * i, value);
    };
    ask(0);
    expect(by(host, 'RMI_RTT_SET_RIPAS', rd, REC.rec, 0, GRANULE)).toEqual(one(0));
    ask(1);
    expect(by(host, 'RMI_RTT_SET_RIPAS', rd, REC.rec, 0, GRANULE)).toEqual([]);
  });

  it('is all that a table maps when it becomes a block, and the block when it becomes a table', () => {
    const host = realm();
    fill(host);
    expect(by(host, 'RMI_RTT_FOLD', rd, 0, 3)).toEqual(all(0, GRANULE));
    expect(by(host, 'RMI_RTT_CREATE', rd, L3, 0, 3)).toEqual(one(0));
  });

  it('is all that a table of shared memory may map when it goes, at the size of its entries', () => {
    const host = realm();
    expect(by(host, 'RMI_RTT_DESTROY', rd, SHARED, 3)).toEqual(all(SHARED, GRANULE));
    expect(by(host, 'RMI_RTT_DESTROY', rd, SHARED, 2)).toEqual(all(SHARED, SIZE[2]));
    expect(by(host, 'RMI_RTT_DESTROY', rd, 0, 3)).toEqual(one(0));
  });
});
