; Addresses that only the linker knows, for C# to ask for: each routine answers with its symbol's address.

bits 64
section .text progbits alloc exec nowrite align=16

%macro address_of 1
extern %1
align 16
global address_of_ %+ %1:function
address_of_ %+ %1:
    mov rax, %1
    ret
%endmacro

address_of boot_start
address_of boot_end
address_of text_start
address_of text_end
address_of rodata_start
address_of rodata_end
address_of data_start
address_of data_end
address_of boot_stack_guard
address_of boot_stack_bottom
address_of boot_stack_top
address_of fault_stacks
address_of fault_stacks_end
address_of interrupt_stubs
address_of __start___modules

section .note.GNU-stack noalloc noexec nowrite progbits
