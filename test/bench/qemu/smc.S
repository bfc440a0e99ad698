// Non-secure EL2 makes SMCs for ever; EL3 saves and restores x0 to x30 and comes back. x20 counts, `counter` holds it.
    .globl _start
_start:
    adr x0, vectors
    msr vbar_el3, x0
    mov x0, #0x501              // SCR_EL3: RW, HCE, NS
    msr scr_el3, x0
    mov x0, #0x3c9              // SPSR_EL3: EL2h, exceptions masked
    msr spsr_el3, x0
    adr x0, host
    msr elr_el3, x0
    adr x0, frame
    mov sp, x0
    eret

host:
    mov x20, #0
    adr x21, counter
    mov x22, #13000             // some 10^6 instructions
    mov w0, #0x84000000
again:
    add x20, x20, #1
    str x20, [x21]
    cmp x20, x22
    b.eq mark
call:
    smc #0
    b again
mark:
    nop
    b call

handler:
    stp x0, x1, [sp, #0]
    stp x2, x3, [sp, #16]
    stp x4, x5, [sp, #32]
    stp x6, x7, [sp, #48]
    stp x8, x9, [sp, #64]
    stp x10, x11, [sp, #80]
    stp x12, x13, [sp, #96]
    stp x14, x15, [sp, #112]
    stp x16, x17, [sp, #128]
    stp x18, x19, [sp, #144]
    stp x20, x21, [sp, #160]
    stp x22, x23, [sp, #176]
    stp x24, x25, [sp, #192]
    stp x26, x27, [sp, #208]
    stp x28, x29, [sp, #224]
    str x30, [sp, #240]
    ldp x0, x1, [sp, #0]
    ldp x2, x3, [sp, #16]
    ldp x4, x5, [sp, #32]
    ldp x6, x7, [sp, #48]
    ldp x8, x9, [sp, #64]
    ldp x10, x11, [sp, #80]
    ldp x12, x13, [sp, #96]
    ldp x14, x15, [sp, #112]
    ldp x16, x17, [sp, #128]
    ldp x18, x19, [sp, #144]
    ldp x20, x21, [sp, #160]
    ldp x22, x23, [sp, #176]
    ldp x24, x25, [sp, #192]
    ldp x26, x27, [sp, #208]
    ldp x28, x29, [sp, #224]
    ldr x30, [sp, #240]
    eret

    .balign 4096                // a store beside code would have QEMU translate the code again
counter:
    .quad 0
    .balign 16
frame:
    .fill 32, 8, 0

    .balign 4096
vectors:
    .fill 0x400, 1, 0
    b handler                   // synchronous, from a lower level in AArch64
    .balign 2048
