; Where the processor arrives with an exception or an interrupt: saves everything, calls C#, puts everything back.

extern interrupt_dispatch

bits 64
section .text progbits alloc exec nowrite align=16

%include "InterruptStubs.inc"

align 16
interrupt_common:
    push rax
    push rcx
    push rdx
    push rbx
    push rbp
    push rsi
    push rdi
    push r8
    push r9
    push r10
    push r11
    push r12
    push r13
    push r14
    push r15
    cld

    ; The JIT uses XMM registers for copies, so the interrupted code may have its data in them.
    mov rdi, rsp
    mov rbx, rsp
    sub rsp, 512
    and rsp, -16
    fxsave64 [rsp]
    call interrupt_dispatch
    fxrstor64 [rsp]
    mov rsp, rbx

    pop r15
    pop r14
    pop r13
    pop r12
    pop r11
    pop r10
    pop r9
    pop r8
    pop rdi
    pop rsi
    pop rbp
    pop rbx
    pop rdx
    pop rcx
    pop rax
    add rsp, 16                         ; vector and error code
    iretq

; int fault_run(void (*action)(void), struct { ulong stack, address; }* resume): runs the action.
; 0 when it came back; 1 when the fault handler set RSP and RIP to the two values stored before the call.
align 16
global fault_run:function
fault_run:
    push rbx
    push rbp
    push r12
    push r13
    push r14
    push r15
    sub rsp, 8                          ; the call below starts on a 16-byte boundary
    mov [rsi], rsp
    lea rax, [rel .resumed]
    mov [rsi + 8], rax
    call rdi
    xor eax, eax
    jmp .done
.resumed:
    mov eax, 1
.done:
    add rsp, 8
    pop r15
    pop r14
    pop r13
    pop r12
    pop rbp
    pop rbx
    ret

section .rodata progbits alloc noexec nowrite align=8
global interrupt_stubs
interrupt_stubs:
%assign vector 0
%rep 256
    dq interrupt_stub_ %+ vector
%assign vector vector + 1
%endrep

section .note.GNU-stack noalloc noexec nowrite progbits
