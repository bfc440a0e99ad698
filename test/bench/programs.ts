/** What the adapter is measured with. */

/** Lines that are executed and have breakpoints; as many have breakpoints and are not executed. */
export const LINES = 500;

const lines = (name: string, statement: string): string =>
  Array.from({ length: LINES }, () => `            ${name} ${statement}`).join('\n');

/**
 * Two cores on the real firmware, for ever. Core 0 writes a page every 100 steps or so and passes its 500 lines every
 * 10 000; core 1 counts.
 */
export const LONG = `use firmware.arm.cca
scenario "long" on cca {
    cores 2
    image host in NS.EL2 {
        var count: u64
        var spins: u64
        fn main() {
            var page: u64 = 0
            while true {
                for i in 0..100 {
                    *((0x9000_0000 + (page % 1024) * 4096) as *u64) = page
                    page += 1
                    work(20)
                }
                passed()
            }
        }
        fn work(rounds: u64) {
            for j in 0..rounds { count += j }
        }
        fn passed() {
${lines('count', '+= 1')}
        }
        fn never() {
${lines('count', '+= 2')}
        }
        fn other() {
            while true {
                spins += 1
                if spins == 0 { never() }
            }
        }
    }
    core 0 runs host.main
    core 1 runs host.other
}`;

/** Lines of a text with these words, counted from 1. */
export const linesWith = (text: string, words: string): number[] =>
  text.split('\n').flatMap((line, i) => (line.includes(words) ? [i + 1] : []));

/** EL3 that does nothing but come back; or what TF-A does at least: x0 to x30 to memory and back. */
const MONITORS = {
  short: 'eret()',
  saving: 'save_gprs(SP_EL3)\n restore_gprs(SP_EL3)\n eret()',
} as const;

/** As many SMCs, one after the other. */
export const smcs = (count: number, monitor: keyof typeof MONITORS): string => `
image monitor in Root.EL3 {
    var host: [u64; 4]
    var frame: [u64; 64]
    entry reset {
        VBAR_EL3 = vectors
        SCR_EL3 = 1 << 10 | 1 << 8 | 1
        SPSR_EL3 = 0x3c9
        ELR_EL3 = host[0]
        SP_EL3 = &frame as u64
        eret()
    }
    vector sync_lower {
        ${MONITORS[monitor]}
    }
}
platform monitored on arm_rme {
    memory ram at 0x1000 .. 0x100_0000
    load monitor at 0x1000
    core 0 runs monitor.reset
    payload NS.EL2 at 0x10_0000 entry monitor.host
}
scenario "calls" on monitored {
    image host in NS.EL2 {
        fn main() { for i in 0..${count} { smc(0x8400_0000) } }
    }
    core 0 runs host.main
}`;
