; Instructions that C# cannot write, as leaf routines of the SysV convention (RDI, RSI, RDX in; RAX out).

bits 64
section .text progbits alloc exec nowrite align=16

%macro routine 1
align 16
global %1:function
%1:
%endmacro

routine in8
    mov edx, edi
    xor eax, eax
    in al, dx
    ret

routine out8
    mov edx, edi
    mov eax, esi
    out dx, al
    ret

routine out32
    mov edx, edi
    mov eax, esi
    out dx, eax
    ret

; cpuid(leaf, subleaf, uint* eaxEbxEcxEdx)
routine cpuid_query
    push rbx
    mov r8, rdx
    mov eax, edi
    mov ecx, esi
    cpuid
    mov [r8], eax
    mov [r8 + 4], ebx
    mov [r8 + 8], ecx
    mov [r8 + 12], edx
    pop rbx
    ret

routine read_msr
    mov ecx, edi
    rdmsr
    shl rdx, 32
    mov eax, eax
    or rax, rdx
    ret

routine write_msr
    mov ecx, edi
    mov eax, esi
    mov rdx, rsi
    shr rdx, 32
    wrmsr
    ret

%macro control_register 1
routine read_ %+ %1
    mov rax, %1
    ret

routine write_ %+ %1
    mov %1, rdi
    ret
%endmacro

control_register cr0
control_register cr3
control_register cr4

routine read_cr2
    mov rax, cr2
    ret

routine invalidate_page
    invlpg [rdi]
    ret

; Returns RFLAGS as they were, with interrupts off afterwards.
routine disable_interrupts
    pushfq
    pop rax
    cli
    ret

routine enable_interrupts
    sti
    ret

routine read_flags
    pushfq
    pop rax
    ret

routine halt
    hlt
    ret

routine pause_processor
    pause
    ret

routine read_time_stamp
    rdtsc
    shl rdx, 32
    or rax, rdx
    ret

; write_back_caches()
routine write_back_caches
    wbinvd
    ret

; load_descriptor_tables(pointer to GDT pointer, pointer to IDT pointer, task register selector): reloads every segment.
routine load_descriptor_tables
    lgdt [rdi]
    lidt [rsi]
    mov eax, 0x10
    mov ds, eax
    mov es, eax
    mov ss, eax
    ltr dx
    pop rax
    push qword 0x08
    push rax
    retfq

; load_interrupt_table(pointer to IDT pointer)
routine load_interrupt_table
    lidt [rdi]
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

; The last page of the address space's lower half is absent under every set of tables that the kernel uses.
routine fault_on_absent_stack
    mov rax, rsp
    mov rsp, 0x00007FFFFFFFF000
    int3
    mov rsp, rax
    ret

; The same stack under INT 2 and INT 18: these never touch it when they are handled on stacks of their own.
%macro interrupt_on_absent_stack 2
routine %1
    mov rax, rsp
    mov rsp, 0x00007FFFFFFFF000
    int %2
    mov rsp, rax
    ret
%endmacro

interrupt_on_absent_stack non_maskable_on_absent_stack, 2
interrupt_on_absent_stack machine_check_on_absent_stack, 18

; Fills every register with a value of its own, takes an interrupt, and answers how many registers came back changed.
%define GENERAL rax, rbx, rcx, rdx, rsi, rdi, rbp, r8, r9, r10, r11, r12, r13, r14, r15
%define PATTERN(n) (0x0123456789ABCDEF + (n) * 0x1111111111111111)

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
    push rbx
    push rbp
    push r12
    push r13
    push r14
    push r15

%assign number 0
%rep 16
    mov rax, PATTERN(100 + number)
    movq xmm %+ number, rax
    punpcklqdq xmm %+ number, xmm %+ number
%assign number number + 1
%endrep
    fill_general GENERAL

    int 0x40                            ; a vector that nothing uses: the handler counts it and comes back

    ; The last one pushed lies lowest.
    push_general GENERAL
    xor eax, eax
%assign number 0
%rep 15
    mov rcx, PATTERN(number)
    xor edx, edx
    cmp rcx, [rsp + 8 * (14 - number)]
    setne dl
    add eax, edx
%assign number number + 1
%endrep
    add rsp, 8 * 15

%assign number 0
%rep 16
    mov rcx, PATTERN(100 + number)
    xor edx, edx
    movq rsi, xmm %+ number
    cmp rcx, rsi
    setne dl
    add eax, edx
    xor edx, edx
    psrldq xmm %+ number, 8
    movq rsi, xmm %+ number
    cmp rcx, rsi
    setne dl
    add eax, edx
%assign number number + 1
%endrep

    pop r15
    pop r14
    pop r13
    pop r12
    pop rbp
    pop rbx
    ret

; Changes every XMM register, as a handler may that copies memory.
routine clear_xmm_registers
%assign number 0
%rep 16
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
    dec rdi
    jnz .again
    ret

; memory_move(destination, source, count): also when both overlap.
routine memory_move
    mov rcx, rdx
    mov rax, rdi
    sub rax, rsi
    cmp rax, rdx                        ; destination inside source .. source + count: from the end
    jb .backward
    shr rcx, 3
    rep movsq
    mov ecx, edx
    and ecx, 7
    rep movsb
    ret
.backward:
    std
    lea rdi, [rdi + rdx - 1]
    lea rsi, [rsi + rdx - 1]
    rep movsb
    cld
    ret

; memory_fill(destination, value, count)
routine memory_fill
    movzx eax, sil
    mov r8, 0x0101010101010101
    imul rax, r8
    mov rcx, rdx
    shr rcx, 3
    rep stosq
    mov ecx, edx
    and ecx, 7
    rep stosb
    ret

section .note.GNU-stack noalloc noexec nowrite progbits
