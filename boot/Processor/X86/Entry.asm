; From a Multiboot loader to C#: checks the processor, turns paging on with the boot tables, goes up to the upper half.
;
; Multiboot specification 0.6.96, 3.2: protected mode, paging off, flat segments, interrupts off, EAX = a magic number,
; EBX = physical address of what the loader has to say. The image is linked at KERNEL_BASE + its physical address: until
; paging is on, an address is taken less KERNEL_BASE. Linked first, so that the header stands at the start of the file's code
; and all of this ends where text_start is: once the kernel has its own tables, nobody needs it any more.

KERNEL_BASE     equ 0xC0000000
IMAGE_START     equ 0x00100000          ; physical; the linker's base address is this much above KERNEL_BASE
%define physical(address) ((address) - KERNEL_BASE)

HEADER_MAGIC    equ 0x1BADB002
LOADER_MAGIC    equ 0x2BADB002
PAGE_ALIGNED    equ 1 << 0              ; modules start on page boundaries
WANTS_MEMORY    equ 1 << 1              ; the memory map is wanted
WANTS_SCREEN    equ 1 << 2              ; a graphics mode is preferred, and said which; no loader has to obey
HAS_ADDRESSES   equ 1 << 16             ; the header says what is loaded where, since a PE image does not
HEADER_FLAGS    equ PAGE_ALIGNED | WANTS_MEMORY | WANTS_SCREEN | HAS_ADDRESSES

%include "Registers.inc"

CR4_ALWAYS      equ CR4_OSFXSR | CR4_OSXMMEXCPT

; In what the loader has to say (Multiboot specification 0.6.96, 3.3).
COMMAND_LINE    equ 16                  ; the physical address of the command line, if
HAS_COMMAND     equ 1 << 2              ; this is set in the first word

extern kernel_start
extern note_sections
extern ___security_cookie
extern data_load_end
extern data_end

bits 32
section .text align=4096

    align 4
multiboot_header:
    dd HEADER_MAGIC
    dd HEADER_FLAGS
    dd -(HEADER_MAGIC + HEADER_FLAGS)
    dd physical(multiboot_header)
    dd IMAGE_START
    dd physical(data_load_end)
    dd physical(data_end)
    dd physical(_multiboot_entry)
    dd 0, 1024, 768, 32                 ; a linear framebuffer: width, height, bits per pixel

; The linker adds the underscore to the name that it is given.
global _multiboot_entry
_multiboot_entry:
    cli
    cld
    mov esp, physical(boot_stack_top)
    mov ebp, ebx                        ; what the loader has to say, until it is handed to C#
    mov esi, physical(no_multiboot)
    cmp eax, LOADER_MAGIC
    jne refuse

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
    mov esi, physical(no_cpuid)
    jz refuse
    xor eax, eax
    cpuid
    mov esi, physical(no_features)
    test eax, eax
    jz refuse

    mov eax, 1
    cpuid
    mov edi, physical(required_features)
.feature:
    mov ecx, [edi]
    mov esi, [edi + 4]
    add edi, 8
    test esi, esi
    jz .paging
    bt edx, ecx
    jc .feature
    jmp refuse

.paging:
    call asks_for_three_levels
    mov eax, physical(boot_directory)
    mov ebx, CR4_PSE | CR4_ALWAYS
    jnc .root
    call enable_no_execute
    mov eax, physical(boot_pointers)
    mov ebx, CR4_PAE | CR4_ALWAYS
.root:
    mov cr3, eax
    mov cr4, ebx
    mov eax, cr0
    and eax, ~(CR0_EM | CR0_TS | CR0_CD | CR0_NW)
    or eax, CR0_PG | CR0_WP | CR0_NE | CR0_MP
    mov cr0, eax
    mov eax, higher_half
    jmp eax

; Sets CF if the command line has paging=pae. ebp: what the loader has to say. Refuses another word, and a processor without PAE.
asks_for_three_levels:
    test dword [ebp], HAS_COMMAND
    jz .two
    mov edi, [ebp + COMMAND_LINE]
.word:
    mov esi, physical(paging_key)
    call begins_with
    je .value
.letter:
    mov al, [edi]
    inc edi
    cmp al, ' '
    je .word
    test al, al
    jnz .letter
.two:
    clc
    ret

.value:
    mov edi, edx
    mov esi, physical(two_levels)
    call is_word
    je .two
    mov esi, physical(three_levels)
    call is_word
    mov esi, physical(unknown_paging)
    mov edi, physical(known_paging)
    jne refuse_because
    mov eax, 1
    cpuid
    bt edx, 6
    mov esi, physical(no_three_levels)
    mov edi, physical(needed_by_word)
    jnc refuse_because
    ret

; Sets ZF if the word at edi is esi's, zero-terminated: a space or the end of the line follows.
is_word:
    call begins_with
    jne .done
    cmp byte [edx], ' '
    je .done
    cmp byte [edx], 0
.done:
    ret

; Sets ZF if what stands at edi begins with the text at esi, zero-terminated; edx is behind it then. Changes AL and ESI.
begins_with:
    mov edx, edi
.letter:
    lodsb
    test al, al
    jz .done
    cmp al, [edx]
    jne .done
    inc edx
    jmp .letter
.done:
    ret

; Lets entries forbid execution where the processor has NX (Intel SDM volume 3A, 4.1.4). EFER exists only there.
enable_no_execute:
    mov eax, 0x80000000
    cpuid
    cmp eax, 0x80000001
    jb .done
    mov eax, 0x80000001
    cpuid
    bt edx, 20
    jnc .done
    mov ecx, MSR_EFER
    rdmsr
    or eax, EFER_NXE
    wrmsr
.done:
    ret

; esi: what is missing, zero-terminated. Says so the way a panic does and ends the guest.
refuse:
    mov edi, physical(needed_by_kernel)
; The same with the reason why that is one, in edi.
refuse_because:
    push esi
    mov esi, physical(refusal_start)
    call print
    pop esi
    call print
    mov esi, edi
    call print
    mov esi, physical(refusal_end)
    call print
    jmp end_guest

%include "Refusal.inc"

higher_half:
    mov esp, boot_stack_top
    call note_sections

    ; No better source of a number that differs from boot to boot is certain to be there.
    rdtsc
    imul eax, eax, 0x9E3779B9
    xor eax, edx
    mov [___security_cookie], eax

    ; A zero return address and frame pointer end a debugger's walk up the stack.
    push dword 0
    mov ecx, ebp
    xor ebp, ebp
    jmp kernel_start

; Leaf 1's feature bits in EDX, each with its name, up to one without a name (Intel SDM volume 2A, CPUID).
    align 4
required_features:
    dd 0, physical(no_fpu)
    dd 3, physical(no_large_pages)
    dd 4, physical(no_time_stamp)
    dd 5, physical(no_model_registers)
    dd 8, physical(no_exchange)
    dd 15, physical(no_conditional_moves)
    dd 16, physical(no_page_attributes)
    dd 24, physical(no_fxsave)
    dd 25, physical(no_sse)
    dd 26, physical(no_sse2)
    dd 0, 0

refusal_start           db "TAP version 14", 10, "Bail out! panic: ", 0
needed_by_kernel        db ", which the kernel needs", 0
needed_by_word          db ", which paging=pae asks for", 0
known_paging            db ", but knows two-level and pae", 0
refusal_end             db ", in multiboot_entry", 10, 0
no_multiboot            db "this loader does not leave Multiboot's magic number in EAX", 0
no_cpuid                db "this processor has no CPUID", 0
no_features             db "this processor has no CPUID leaf 1", 0
no_fpu                  db "this processor has no x87 unit", 0
no_large_pages          db "this processor has no PSE (4 MiB pages)", 0
no_time_stamp           db "this processor has no TSC (time stamp counter)", 0
no_model_registers      db "this processor has no MSR (model-specific registers)", 0
no_exchange             db "this processor has no CMPXCHG8B", 0
no_conditional_moves    db "this processor has no CMOV", 0
no_page_attributes      db "this processor has no PAT (page attribute table)", 0
no_fxsave               db "this processor has no FXSAVE", 0
no_sse                  db "this processor has no SSE", 0
no_sse2                 db "this processor has no SSE2", 0
no_three_levels         db "this processor has no PAE (three-level page tables)", 0
unknown_paging          db "the kernel does not know what paging= on the command line asks for", 0
paging_key              db "paging=", 0
two_levels              db "two-level", 0
three_levels            db "pae", 0

; Two levels, or three: physical memory at its own address up to KERNEL_BASE, and its first 512 MiB from there on.
    align 4096
boot_directory:                         ; 4 MiB leaves
%assign index 0
%rep 768
    dd (index << 22) | LARGE | WRITABLE | PRESENT
%assign index index + 1
%endrep
%assign index 0
%rep 128
    dd (index << 22) | LARGE | WRITABLE | PRESENT
%assign index index + 1
%endrep
    times 128 dd 0

    align 4096
boot_pointers:
%assign index 0
%rep 4
    dd physical(boot_directories) + index * 4096 + PRESENT, 0
%assign index index + 1
%endrep

    align 4096, db 0
boot_directories:                       ; 2 MiB leaves
%assign index 0
%rep 1536
    dd (index << 21) | LARGE | WRITABLE | PRESENT, 0
%assign index index + 1
%endrep
%assign index 0
%rep 256
    dd (index << 21) | LARGE | WRITABLE | PRESENT, 0
%assign index index + 1
%endrep
    times 256 dq 0

global text_start
text_start:

; The stacks, each above a page that the kernel's tables leave absent. Behind all other variables of the image.
section .bss$stacks bss align=4096
global boot_stack_guard, boot_stack_bottom, boot_stack_top
global fault_stacks, fault_stacks_end
boot_stack_guard:   resb 4096
boot_stack_bottom:  resb 64 * 1024
boot_stack_top:
; For double fault, NMI and machine check: FaultStacks.cs has the same number and the same sizes.
fault_stacks:       resb 3 * (4096 + 16 * 1024)
fault_stacks_end:
