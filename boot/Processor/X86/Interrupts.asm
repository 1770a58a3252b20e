; Where the processor arrives with an exception or an interrupt: saves everything, calls C#, puts everything back.

extern interrupt_dispatch

bits 32
section .text code align=16

%include "InterruptStubs.inc"

; Offsets into the frame (InterruptFrame.cs).
FRAME_ESP       equ 3 * 4
FRAME_EIP       equ 10 * 4
FRAME_CS        equ 11 * 4
FRAME_EFLAGS    equ 12 * 4
FRAME_SIZE      equ 13 * 4

align 16
interrupt_common:
    pushad
    cld
    lea eax, [esp + FRAME_SIZE]         ; nothing changes rings here, so the processor has pushed no stack pointer
    mov [esp + FRAME_ESP], eax

    ; The JIT uses XMM registers for copies, so the interrupted code may have its data in them.
    mov ecx, esp
    mov ebx, esp
    sub esp, 512
    and esp, -16
    fxsave [esp]
    call interrupt_dispatch
    fxrstor [esp]
    mov esp, ebx

    ; What IRET takes is laid out below the stack pointer to go on with. That is the present place or one further up: the three are
    ; read before one is written.
    mov eax, [esp + FRAME_ESP]
    sub eax, 12
    mov ecx, [esp + FRAME_EIP]
    mov edx, [esp + FRAME_CS]
    mov edi, [esp + FRAME_EFLAGS]
    mov [eax], ecx
    mov [eax + 4], edx
    mov [eax + 8], edi
    mov [esp + FRAME_ESP], eax
    popad

    ; POPAD has passed over the stack pointer's slot. It is below the stack now, but nothing writes there: interrupts are off, and
    ; NMI and machine check have stacks of their own.
    mov esp, [esp + FRAME_ESP - 8 * 4]
    iretd

; The tasks of the exceptions that can come while the stack pointer is good for nothing. The processor has put the interrupted
; registers into the task state of the kernel, whose address each task has in EBX (DescriptorTables.cs); here they become a frame,
; and what C# has made of the frame goes back there. (Intel SDM volume 3A, 7.3; AMD64 APM volume 2, 12.4.2.)
STATE_EIP       equ 0x20
STATE_EFLAGS    equ 0x24
STATE_EAX       equ 0x28
STATE_EDI       equ 0x44
STATE_CS        equ 0x4C

; Each goes on after its IRET when it is entered again, with the stack where it was and, for a double fault, a new error code on it.
%macro fault_task 3
align 16
%1:
    %3
    mov ecx, %2
    mov edi, %1
    jmp fault_task_common
%endmacro

fault_task double_fault_task, 8, {pop eax}
fault_task non_maskable_task, 2, {xor eax, eax}
fault_task machine_check_task, 18, {xor eax, eax}

; EAX: error code, ECX: vector, EDI: where to go on.
fault_task_common:
    clts                                ; a task switch makes the next SSE instruction fault
    cld
    push dword [ebx + STATE_EFLAGS]
    push dword [ebx + STATE_CS]
    push dword [ebx + STATE_EIP]
    push eax
    push ecx
%assign register STATE_EAX
%rep 8
    push dword [ebx + register]         ; EAX to EDI, in the order of PUSHAD
%assign register register + 4
%endrep

    mov ecx, esp
    mov esi, esp
    sub esp, 512
    and esp, -16
    fxsave [esp]
    call interrupt_dispatch
    fxrstor [esp]
    mov esp, esi

%assign register STATE_EDI
%rep 8
    pop dword [ebx + register]
%assign register register - 4
%endrep
    add esp, 8                          ; vector and error code
    pop dword [ebx + STATE_EIP]
    pop dword [ebx + STATE_CS]
    pop dword [ebx + STATE_EFLAGS]

    iretd                               ; EFLAGS.NT says that this task is nested: the processor goes back to the other
    jmp edi

; int fault_run(void (*action)(void), struct { nuint stack, address; }* resume): runs the action.
; 0 when it came back; 1 when the fault handler set ESP and EIP to the two values stored before the call.
align 16
global fault_run
fault_run:
    push ebx
    push ebp
    push esi
    push edi
    mov [edx], esp
    mov dword [edx + 4], .resumed
    call ecx
    xor eax, eax
    jmp .done
.resumed:
    clts                                ; set when a fault task went back, and the next SSE instruction would fault
    mov eax, 1
.done:
    pop edi
    pop esi
    pop ebp
    pop ebx
    ret

align 16
global address_of_fault_tasks
address_of_fault_tasks:
    mov eax, fault_tasks
    ret

section .rdata rdata align=4
global interrupt_stubs
interrupt_stubs:
%assign vector 0
%rep 256
    dd interrupt_stub_ %+ vector
%assign vector vector + 1
%endrep

; In the order of the fault stacks' numbers (FaultStacks.cs).
fault_tasks:
    dd double_fault_task, non_maskable_task, machine_check_task
