; From the loader's 32-bit world to C#: checks the processor, builds the boot tables, enters long mode.
;
; Xen's PVH start (docs/misc/pvh.pandoc in Xen): protected mode, paging off, flat segments, interrupts off,
; EBX = physical address of the start info. Everything here is linked at its physical address until `higher_half`.

KERNEL_BASE     equ 0xFFFFFFFF80000000

%include "Registers.inc"

extern kernel_start
extern __security_cookie

; The note that tells a PVH loader where to enter. QEMU reads eight bytes of address from a 64-bit image.
section .note.pvh note alloc noexec nowrite align=4
    dd 4, 8, 18
    db "Xen", 0
    dq pvh_entry

bits 32
section .boot.text progbits alloc exec nowrite align=16

global pvh_entry:function
pvh_entry:
    cli
    cld
    mov esp, entry_stack_top
    mov ebp, ebx                        ; the start info, until it is handed to C#

    ; EFLAGS.ID can be flipped exactly where CPUID exists.
    pushfd
    pop eax
    mov ecx, eax
    xor eax, 1 << 21
    push eax
    popfd
    pushfd
    pop eax
    xor eax, ecx
    mov esi, no_cpuid
    jz refuse

    mov eax, 0x80000000
    cpuid
    mov esi, no_long_mode
    cmp eax, 0x80000001
    jb refuse
    mov eax, 0x80000001
    cpuid
    mov esi, no_long_mode
    bt edx, 29
    jnc refuse
    mov esi, no_execute_disable
    bt edx, 20
    jnc refuse

    mov eax, 1
    cpuid
    mov esi, no_sse2
    bt edx, 26
    jnc refuse
    mov esi, no_fxsave
    bt edx, 24
    jnc refuse
    mov esi, no_global_pages
    bt edx, 13
    jnc refuse
    mov esi, no_page_attributes
    bt edx, 16
    jnc refuse

    ; Leaf 7 exists only from maximum leaf 7 on; below that, leaf 7 would answer with another leaf's bits.
    xor ebx, ebx                        ; CR4.LA57 when the processor has five levels
    xor eax, eax
    cpuid
    xor edi, edi
    cmp eax, 7
    jb .tables
    mov eax, 7
    xor ecx, ecx
    cpuid
    bt ecx, 16
    jnc .tables
    mov edi, CR4_LA57

.tables:
    ; edi: CR4.LA57 or 0. The tables are cleared here, whatever the loader left there.
    mov edx, edi
    xor eax, eax
    mov edi, boot_tables
    mov ecx, (boot_tables_end - boot_tables) / 4
    rep stosd

    ; 4 GiB in 2 MiB leaves, seen at 0 and at the start of the upper half: 4 directories, 2048 entries.
    mov edi, directories
    mov eax, PRESENT | WRITABLE | LARGE
    xor ebx, ebx                        ; bits 32 and up of the physical address
    mov ecx, 2048
.leaf:
    mov [edi], eax
    mov [edi + 4], ebx
    add edi, 8
    add eax, 1 << 21
    loop .leaf

    mov eax, directories + (PRESENT | WRITABLE)
    mov edi, low_pointers
    mov ecx, 4
.directory:
    mov [edi], eax
    add edi, 8
    add eax, 4096
    loop .directory

    ; The image, in the last 2 GiB: the first two directories again.
    mov dword [image_pointers + 510 * 8], directories + (PRESENT | WRITABLE)
    mov dword [image_pointers + 511 * 8], directories + 4096 + (PRESENT | WRITABLE)

    mov dword [level4], low_pointers + (PRESENT | WRITABLE)
    mov dword [level4 + 256 * 8], low_pointers + (PRESENT | WRITABLE)
    mov dword [level4 + 511 * 8], image_pointers + (PRESENT | WRITABLE)

    ; With five levels the same level-4 table serves the bottom, the start of the upper half and the top.
    mov dword [level5], level4 + (PRESENT | WRITABLE)
    mov dword [level5 + 256 * 8], level4 + (PRESENT | WRITABLE)
    mov dword [level5 + 511 * 8], level4 + (PRESENT | WRITABLE)

    mov eax, level4
    test edx, edx
    jz .root
    mov eax, level5
.root:
    mov cr3, eax
    mov eax, CR4_PAE | CR4_OSFXSR | CR4_OSXMMEXCPT
    or eax, edx
    mov cr4, eax

    mov ecx, MSR_EFER
    rdmsr
    or eax, EFER_LME | EFER_NXE
    wrmsr

    mov eax, cr0
    and eax, ~(CR0_EM | CR0_TS)
    or eax, CR0_PG | CR0_WP | CR0_NE | CR0_MP | CR0_PE
    mov cr0, eax

    lgdt [entry_gdt_pointer]
    jmp 0x08:long_mode

; esi: the missing feature, zero-terminated. Says so the way a panic does and ends the guest.
refuse:
    push esi
    mov esi, refusal_start
    call print
    pop esi
    call print
    mov esi, refusal_end
    call print
    jmp end_guest

%include "Refusal.inc"

bits 64
long_mode:
    mov ax, 0x10
    mov ds, ax
    mov es, ax
    mov ss, ax
    xor eax, eax
    mov fs, ax
    mov gs, ax
    mov rax, higher_half
    jmp rax

section .boot.data progbits alloc noexec write align=8
refusal_start       db "TAP version 14", 10, "Bail out! panic: this processor has no ", 0
refusal_end         db ", which the kernel needs, in pvh_entry", 10, 0
no_cpuid            db "CPUID", 0
no_long_mode        db "long mode (64 bits)", 0
no_execute_disable  db "NX (no-execute pages)", 0
no_sse2             db "SSE2", 0
no_fxsave           db "FXSAVE", 0
no_global_pages     db "PGE (global pages)", 0
no_page_attributes  db "PAT (page attribute table)", 0

align 8
entry_gdt:
    dq 0
    dq 0x00AF9A000000FFFF               ; 0x08: 64-bit code
    dq 0x00CF92000000FFFF               ; 0x10: data
entry_gdt_pointer:
    dw entry_gdt_pointer - entry_gdt - 1
    dd entry_gdt

section .boot.bss nobits alloc noexec write align=4096
boot_tables:
level5:             resb 4096
level4:             resb 4096
low_pointers:       resb 4096
image_pointers:     resb 4096
directories:        resb 4 * 4096
boot_tables_end:
entry_stack:        resb 256
entry_stack_top:

section .text progbits alloc exec nowrite align=16
higher_half:
    mov rsp, boot_stack_top

    ; No better source of a number that differs from boot to boot is certain to be there.
    rdtsc
    shl rdx, 32
    or rax, rdx
    mov rcx, 0x9E3779B97F4A7C15
    imul rax, rcx
    mov rcx, __security_cookie
    mov [rcx], rax

    ; A zero return address and frame pointer end a debugger's walk up the stack.
    push qword 0
    mov edi, ebp
    xor ebp, ebp
    jmp kernel_start

; The stacks, each above a page that the kernel's tables leave absent.
section .stacks nobits alloc noexec write align=4096
global boot_stack_guard, boot_stack_bottom, boot_stack_top
global fault_stacks, fault_stacks_end
boot_stack_guard:   resb 4096
boot_stack_bottom:  resb 64 * 1024
boot_stack_top:
; For double fault, NMI and machine check: FaultStacks.cs has the same number and the same sizes.
fault_stacks:       resb 3 * (4096 + 16 * 1024)
fault_stacks_end:

section .note.GNU-stack noalloc noexec nowrite progbits
