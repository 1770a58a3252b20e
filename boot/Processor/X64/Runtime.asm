; Symbols that ilc's code refers to and that C# cannot provide.

bits 64
section .text progbits alloc exec nowrite align=16

; A reference is stored: RDI = where, RSI = what. There is no collector to tell. Preserves everything else.
align 16
global RhpAssignRef:function
global RhpCheckedAssignRef:function
RhpAssignRef:
RhpCheckedAssignRef:
    mov [rdi], rsi
    ret

; A reference is copied from [RSI] to [RDI]; both move on. May change RCX.
align 16
global RhpByRefAssignRef:function
RhpByRefAssignRef:
    mov rcx, [rsi]
    mov [rdi], rcx
    add rdi, 8
    add rsi, 8
    ret

; Called before RSP goes down to R11 by more than a page: touches every page between, so that a guard page is met first.
align 16
global RhpStackProbe:function
RhpStackProbe:
    push rcx
    lea rcx, [rsp + 16]
.page:
    sub rcx, 4096
    cmp rcx, r11
    jb .done
    test [rcx], cl
    jmp .page
.done:
    test [r11], cl
    pop rcx
    ret

; Functions with stack arrays keep a copy of this above them and compare it before they return. Set at entry, then left alone.
section .data progbits alloc noexec write align=8
global __security_cookie:data
__security_cookie: dq 0

section .note.GNU-stack noalloc noexec nowrite progbits
