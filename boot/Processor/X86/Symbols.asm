; Addresses that only the linker knows, for C# to ask for: each routine answers with its symbol's address.

extern ___ImageBase
extern text_start
extern boot_stack_guard, boot_stack_bottom, boot_stack_top
extern fault_stacks, fault_stacks_end
extern interrupt_stubs

bits 32

; Where the header of a PE image says what (Microsoft, PE Format).
PE_HEADER           equ 0x3C            ; in the DOS header: the offset of the PE header
SECTION_COUNT       equ 6               ; in the PE header, 16 bits
OPTIONAL_SIZE       equ 20              ; 16 bits
OPTIONAL            equ 24
SECTION_SIZE        equ 8               ; in a section's row, after its name
SECTION_ADDRESS     equ 12
SECTION_ROW         equ 40

section .text align=16

; Keeps the bounds of the image's sections, each rounded up to whole pages, before the frame with the header is given away.
; Changes EAX, ECX, EDX, ESI, EDI.
    align 16
global note_sections
note_sections:
    mov esi, ___ImageBase
    add esi, [esi + PE_HEADER]
    movzx ecx, word [esi + SECTION_COUNT]
    movzx eax, word [esi + OPTIONAL_SIZE]
    lea esi, [esi + eax + OPTIONAL]
.row:
    mov edi, section_bounds
.bounds:
    mov eax, [esi]                      ; the first four letters of a name tell the three apart
    cmp eax, [edi]
    je .found
    add edi, 12
    cmp edi, section_bounds_end
    jb .bounds
    jmp .next
.found:
    mov eax, [esi + SECTION_ADDRESS]
    add eax, ___ImageBase
    mov edx, [esi + SECTION_SIZE]
    add edx, eax
    add edx, 4095
    and edx, -4096
    mov [edi + 4], eax
    mov [edi + 8], edx
.next:
    add esi, SECTION_ROW
    dec ecx
    jnz .row
    ret

%macro answer 2
    align 16
global address_of_%1
address_of_%1:
    mov eax, %2
    ret
%endmacro

; The boot code reaches from the image's header to where the rest of the code starts, here at physical addresses.
KERNEL_BASE         equ 0xC0000000
answer boot_start, ___ImageBase - KERNEL_BASE
answer boot_end, text_start - KERNEL_BASE
answer text_start, text_start
answer text_end, [text_bounds + 8]
answer rodata_start, [rodata_bounds + 4]
answer rodata_end, [rodata_bounds + 8]
answer data_start, [data_bounds + 4]
answer data_end, [data_bounds + 8]
answer boot_stack_guard, boot_stack_guard
answer boot_stack_bottom, boot_stack_bottom
answer boot_stack_top, boot_stack_top
answer fault_stacks, fault_stacks
answer fault_stacks_end, fault_stacks_end
answer interrupt_stubs, interrupt_stubs
answer __start___modules, modules_start

; ilc leaves the pointer to its module's header in .modules$I, which the linker puts behind this.
section .modules$A rdata align=4
    dd 0
modules_start:

section .data align=4
section_bounds:
text_bounds:        dd ".tex", 0, 0
rodata_bounds:      dd ".rda", 0, 0
data_bounds:        dd ".dat", 0, 0
section_bounds_end:

; What the loader copies ends here, and zeroes follow up to data_end. The linker sorts by what follows the dollar sign.
section .data$zz data align=4
global data_load_end
data_load_end:
    dd 0

; A whole page, because the section ends with a page and the loader puts modules right behind the end that the header names.
section .bss$zz bss align=4096
    resb 4096
global data_end
data_end:
