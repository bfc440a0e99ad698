/** The host library, from a Realm's creation to its end, for every shape of translation tables that KVM chooses. */
import { describe, expect, it } from 'vitest';
import { compile } from '../../language/index.ts';
import { files, run, troubles, URI } from '../support/programs.ts';

const HOST = `
use firmware.arm.cca
use firmware.arm.kvm
use firmware.arm.realm_guest

event table_shape { level: u64, tables: u64 }

scenario "a Realm of any width" on cca {
    arg bits = 33
    image guest in Realm.EL1 {
        var call: RsiHostCall
        fn main() {
            arm64_rsi_init()
            // Memory that the host has not filled in: it does so when it is touched.
            let far = (REALM_RAM_BASE + 0x2f_f000) as *u64
            expect *far == 0
            *far = 42
            expect rsi_host_call(&call, 7, *far) == 43
            // Given up, the page is the host's to take; wanted back, it is empty.
            expect rsi_set_memory_range_shared(far as u64, far as u64 + PAGE_SIZE) == RSI_SUCCESS
            expect rsi_set_memory_range_protected(far as u64, far as u64 + PAGE_SIZE) == RSI_SUCCESS
            expect *far == 0
            let shared = (far as u64 | 1 << (bits - 1)) as *u64
            *shared = 44
            psci_system_off()
        }
        vector sync_same_el { panic("the guest faulted: ESR_EL1 {ESR_EL1}, FAR_EL1 {FAR_EL1}") }
    }
    image host in NS.EL2 {
        const MEMORY: u64 = 0x8800_0000
        var kvm: Kvm
        var realm: KvmRealm
        var rec: KvmRec

        fn main() {
            kvm_init_rme(&kvm, MEMORY, 16 MiB)
            kvm_init_realm(&kvm, &realm)
            realm.ia_bits = bits
            realm.ram_size = 0x30_0000          // an entry of a level 2 table, and half of the next
            expect realm_create_rd(&realm) == RMI_SUCCESS
            event table_shape(level = realm.rtt_level_start, tables = realm.num_start)
            kvm_populate_realm(&realm, REALM_RAM_BASE, guest.base, guest.size)
            kvm_create_rec(&realm, &rec, REALM_RAM_BASE, RMI_RUNNABLE)
            kvm_activate_realm(&realm)
            expect kvm_rec_run(&rec) == RMI_EXIT_HOST_CALL
            expect rec.run.exit.gprs[0] == 42
            rec.run.enter.gprs[0] = 43
            expect kvm_rec_run(&rec) == RMI_EXIT_PSCI
            kvm_destroy_realm(&realm)

            // Every page that changed hands is the host's again.
            var page = MEMORY
            while page < kvm.pages.next {
                *(page as *u64) = page
                page += PAGE_SIZE
            }
        }
        vector sync_same_el { panic("the host faulted: ESR_EL2 {ESR_EL2}, FAR_EL2 {FAR_EL2}") }
    }
    core 0 runs host.main
}
`;

describe('a Realm', () => {
  // Width, first level, tables side by side (Linux: stage2_pgtable_levels, stage2_pgd_size).
  it.each([
    [33, 2, 8],
    [34, 2, 16],
    [36, 1, 1],
    [40, 1, 2],
    [44, 0, 1],
    [48, 0, 1],
  ])('of %i bits starts at level %i with %i tables, and gives everything back', (bits, level, tables) => {
    const { program, diagnostics } = compile(files({ [URI]: HOST }), URI, { args: { bits: BigInt(bits) } });
    expect(diagnostics).toEqual([]);
    if (!program) return;
    const ran = run(program, 5_000_000);
    expect(troubles(ran)).toEqual([]);
    expect(ran.events.filter((event) => event.kind === 'finished')).toHaveLength(1);
    const shape = ran.events.find((event) => event.kind === 'firmware' && event.name === 'table_shape');
    expect(shape?.fields).toEqual({ level: BigInt(level), tables: BigInt(tables) });
  });
});

const GUEST = `
use firmware.arm.cca
use firmware.arm.kvm
use firmware.arm.realm_guest

scenario "a guest that uses all of its library" on cca {
    image guest in Realm.EL1 {
        var table: [u64; XLAT_TABLE_ENTRIES]
        var config: RsiRealmConfig
        var call: RsiHostCall
        var digest: [u64; 8]

        fn main() {
            var lower: u64
            var higher: u64
            expect rsi_request_version(RSI_ABI_VERSION_1_0, &lower, &higher) == RSI_SUCCESS
            expect lower == RSI_ABI_VERSION_1_0 && higher == RSI_ABI_VERSION_1_0
            expect rsi_get_realm_config(&config) == RSI_SUCCESS

            // Stage 1 is on, and addresses mean what they meant.
            enable_mmu_el1(&table[0], config.ipa_width)
            expect SCTLR_EL1.M == 1 && rsi_host_call(&call, 1, 41) == 42
            let shared = realm_shared_alias(&config, REALM_RAM_BASE + 0x10_0000) as *u64
            *shared = 5
            expect *shared == 5

            // Memory is what the host and this Realm made of it.
            var state: u64
            var top: u64
            expect rsi_ipa_state_get(REALM_RAM_BASE, REALM_RAM_BASE + PAGE_SIZE, &state, &top) == RSI_SUCCESS
            expect state == RSI_RAM && top == REALM_RAM_BASE + PAGE_SIZE
            expect rsi_set_memory_range_shared(REALM_RAM_BASE + 0x10_0000, REALM_RAM_BASE + 0x10_1000) == RSI_SUCCESS
            expect rsi_ipa_state_get(REALM_RAM_BASE + 0x10_0000, REALM_RAM_BASE + 0x10_1000, &state, &top) == RSI_SUCCESS
            expect state == RSI_EMPTY

            // Measurement 1 begins as zero and is this Realm's to extend: DEN0137 A7, known answer.
            expect rsi_measurement_read(1, &digest[0]) == RSI_SUCCESS
            expect digest[0] == 0
            let bytes = &digest[0] as *u8
            for i in 0..32 { bytes[i] = i as u8 }
            expect rsi_measurement_extend(1, &digest[0], 32) == RSI_SUCCESS
            expect rsi_measurement_read(1, &digest[0]) == RSI_SUCCESS
            event measured(first = digest[0])
            psci_system_off()
        }
        vector sync_same_el { panic("the guest faulted: ESR_EL1 {ESR_EL1}, FAR_EL1 {FAR_EL1}") }
    }
    image host in NS.EL2 {
        var kvm: Kvm
        var realm: KvmRealm
        var rec: KvmRec
        fn main() {
            kvm_init_rme(&kvm, 0x8800_0000, 16 MiB)
            kvm_create_realm(&kvm, &realm)
            kvm_populate_realm(&realm, REALM_RAM_BASE, guest.base, guest.size)
            kvm_create_rec(&realm, &rec, REALM_RAM_BASE, RMI_RUNNABLE)
            kvm_activate_realm(&realm)
            while kvm_rec_run(&rec) == RMI_EXIT_HOST_CALL { rec.run.enter.gprs[0] = rec.run.exit.gprs[0] + 1 }
            expect rec.run.exit.gprs[0] == PSCI_SYSTEM_OFF
        }
    }
    event measured { first: u64 }
    core 0 runs host.main
}
`;

describe('a guest', () => {
  it('turns stage 1 on, knows its memory, and extends its measurements', () => {
    const { program, diagnostics } = compile(files({ [URI]: GUEST }), URI);
    expect(diagnostics).toEqual([]);
    if (!program) return;
    const ran = run(program, 5_000_000);
    expect(troubles(ran)).toEqual([]);
    // SHA-256 of 32 zero bytes and the bytes 00 to 1f begins with bb 22 75 c4 9f 28 ad 52.
    const measured = ran.events.find((event) => event.kind === 'firmware' && event.name === 'measured');
    expect(measured?.fields).toEqual({ first: 0x52ad_289f_c475_22bbn });
    expect(ran.events.filter((event) => event.kind === 'finished')).toHaveLength(1);
  });
});
