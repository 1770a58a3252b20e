; Instructions that C# cannot write, as leaf routines of the win-x86 convention: the first two arguments of 32 bits in ECX and EDX,
; the rest pushed from left to right, the callee pops; EAX or EDX:EAX out; EBX, ESI, EDI, EBP are kept.

bits 32
section .text code align=16

%macro routine 1
align 16
global %1
%1:
%endmacro

routine in8
    mov edx, ecx
    xor eax, eax
    in al, dx
    ret

routine out8
    mov eax, edx
    mov edx, ecx
    out dx, al
    ret

routine out32
    mov eax, edx
    mov edx, ecx
    out dx, eax
    ret

; cpuid(leaf, subleaf, uint* eaxEbxEcxEdx)
routine cpuid_query
    push ebx
    push esi
    mov eax, ecx
    mov ecx, edx
    mov esi, [esp + 12]
    cpuid
    mov [esi], eax
    mov [esi + 4], ebx
    mov [esi + 8], ecx
    mov [esi + 12], edx
    pop esi
    pop ebx
    ret 4

routine read_msr
    rdmsr
    ret

; write_msr(register, ulong value): the value is on the stack, as it does not fit a register.
routine write_msr
    mov eax, [esp + 4]
    mov edx, [esp + 8]
    wrmsr
    ret 8

%macro control_register 1
routine read_ %+ %1
    mov eax, %1
    ret

routine write_ %+ %1
    mov %1, ecx
    ret
%endmacro

control_register cr0
control_register cr3
control_register cr4

routine read_cr2
    mov eax, cr2
    ret

routine invalidate_page
    invlpg [ecx]
    ret

; Returns EFLAGS as they were, with interrupts off afterwards.
routine disable_interrupts
    pushfd
    pop eax
    cli
    ret

routine enable_interrupts
    sti
    ret

routine read_flags
    pushfd
    pop eax
    ret

routine halt
    hlt
    ret

routine pause_processor
    pause
    ret

routine read_time_stamp
    rdtsc
    ret

; write_back_caches()
routine write_back_caches
    wbinvd
    ret

; load_descriptor_tables(pointer to GDT pointer, pointer to IDT pointer, task register selector): reloads every segment.
routine load_descriptor_tables
    lgdt [ecx]
    lidt [edx]
    mov eax, 0x10
    mov ds, eax
    mov es, eax
    mov fs, eax
    mov gs, eax
    mov ss, eax
    jmp 0x08:.reloaded
.reloaded:
    ltr [esp + 4]
    ret 4

; load_interrupt_table(pointer to IDT pointer)
routine load_interrupt_table
    lidt [ecx]
    ret

routine breakpoint
    int3
    ret

routine divide_by_zero
    xor edx, edx
    mov eax, 1
    xor ecx, ecx
    div ecx
    ret

; The last page below the kernel's gigabyte is absent under every set of tables that the kernel uses.
ABSENT_STACK    equ 0xBFFFF000

; What the exception finds there cannot be pushed. These come back only because the handler resumes elsewhere.
%macro interrupt_on_absent_stack 2
routine %1
    mov eax, esp
    mov esp, ABSENT_STACK
    int %2
    mov esp, eax
    ret
%endmacro

routine fault_on_absent_stack
    mov eax, esp
    mov esp, ABSENT_STACK
    int3
    mov esp, eax
    ret

interrupt_on_absent_stack non_maskable_on_absent_stack, 2
interrupt_on_absent_stack machine_check_on_absent_stack, 18

; Fills every register with a value of its own, takes an interrupt, and answers how many registers came back changed.
%define GENERAL eax, ebx, ecx, edx, esi, edi, ebp
%define PATTERN(n) ((0x01234567 + (n) * 0x11111111) & 0xFFFFFFFF)

%macro fill_general 1-*
%assign number 0
%rep %0
    mov %1, PATTERN(number)
%rotate 1
%assign number number + 1
%endrep
%endmacro

%macro push_general 1-*
%rep %0
    push %1
%rotate 1
%endrep
%endmacro

routine registers_across_interrupt
    push ebx
    push ebp
    push esi
    push edi

%assign number 0
%rep 8
    mov eax, PATTERN(100 + number)
    movd xmm %+ number, eax
    pshufd xmm %+ number, xmm %+ number, 0
%assign number number + 1
%endrep
    fill_general GENERAL

    int 0x40                            ; a vector that nothing uses: the handler counts it and comes back

    ; The last one pushed lies lowest.
    push_general GENERAL
    xor eax, eax
%assign number 0
%rep 7
    xor edx, edx
    cmp dword [esp + 4 * (6 - number)], PATTERN(number)
    setne dl
    add eax, edx
%assign number number + 1
%endrep
    add esp, 4 * 7

    sub esp, 16
%assign number 0
%rep 8
    movdqu [esp], xmm %+ number
%assign lane 0
%rep 4
    xor edx, edx
    cmp dword [esp + 4 * lane], PATTERN(100 + number)
    setne dl
    add eax, edx
%assign lane lane + 1
%endrep
%assign number number + 1
%endrep
    add esp, 16

    pop edi
    pop esi
    pop ebp
    pop ebx
    ret

; Changes every XMM register, as a handler may that copies memory.
routine clear_xmm_registers
%assign number 0
%rep 8
    pxor xmm %+ number, xmm %+ number
%assign number number + 1
%endrep
    ret

routine invalid_opcode
    ud2
    ret

; run_instructions(count): 2 * count + 1 instructions, to see what the time stamp counts.
routine run_instructions
.again:
    dec ecx
    jnz .again
    ret

; memory_move(destination, source, count): also when both overlap.
routine memory_move
    push esi
    push edi
    mov edi, ecx
    mov esi, edx
    mov edx, [esp + 12]
    mov eax, edi
    sub eax, esi
    cmp eax, edx                        ; destination inside source .. source + count: from the end
    jb .backward
    mov ecx, edx
    shr ecx, 2
    rep movsd
    mov ecx, edx
    and ecx, 3
    rep movsb
    pop edi
    pop esi
    ret 4
.backward:
    std
    lea edi, [edi + edx - 1]
    lea esi, [esi + edx - 1]
    mov ecx, edx
    rep movsb
    cld
    pop edi
    pop esi
    ret 4

; memory_fill(destination, value, count)
routine memory_fill
    push edi
    mov edi, ecx
    movzx eax, dl
    imul eax, eax, 0x01010101
    mov edx, [esp + 8]
    mov ecx, edx
    shr ecx, 2
    rep stosd
    mov ecx, edx
    and ecx, 3
    rep stosb
    pop edi
    ret 4
