; Symbols that ilc's code refers to and that C# cannot provide.
;
; The convention of ilc's 32-bit code: the first two arguments of at most 32 bits in ECX and EDX, the others pushed from left
; to right, results in EAX or EDX:EAX, the callee removes its arguments. EAX, ECX, EDX may change. A 64-bit argument is always
; pushed, its upper half first; where two are pushed, the second lies at ESP + 4 and the first at ESP + 12 on entry.

SECOND_LOW      equ 4
SECOND_HIGH     equ 8
FIRST_LOW       equ 12
FIRST_HIGH      equ 16

bits 32
section .text align=16

%macro routine 1
    align 16
global %1
%1:
%endmacro

; ulong RhpLMul(ulong, ulong): the low 64 bits of the product, the same for signed numbers.
routine RhpLMul
    mov eax, [esp + FIRST_HIGH]
    mov ecx, [esp + SECOND_HIGH]
    or ecx, eax
    mov ecx, [esp + SECOND_LOW]
    jnz .wide
    mov eax, [esp + FIRST_LOW]
    mul ecx
    ret 16
.wide:
    imul ecx, eax                       ; first high * second low
    mov eax, [esp + FIRST_LOW]
    mov edx, [esp + SECOND_HIGH]
    imul edx, eax                       ; first low * second high
    add ecx, edx
    mul dword [esp + SECOND_LOW]
    add edx, ecx
    ret 16

; The shifts: value in EDX:EAX, count in CL, of which six bits count. SHLD and SHRD look at five of them.
routine RhpLLsh
    test cl, 32
    jnz .far
    shld edx, eax, cl
    shl eax, cl
    ret
.far:
    mov edx, eax
    xor eax, eax
    shl edx, cl
    ret

routine RhpLRsh
    test cl, 32
    jnz .far
    shrd eax, edx, cl
    sar edx, cl
    ret
.far:
    mov eax, edx
    sar edx, 31
    sar eax, cl
    ret

routine RhpLRsz
    test cl, 32
    jnz .far
    shrd eax, edx, cl
    shr edx, cl
    ret
.far:
    mov eax, edx
    xor edx, edx
    shr eax, cl
    ret

; Divides EDX:EAX by ECX:EBX, which is not 0: quotient in EDX:EAX, remainder in ECX:EBX. Changes ESI and EDI.
    align 16
divide_unsigned:
    test ecx, ecx
    jnz .wide

    ; A divisor of 32 bits: two steps as on paper, each leaving a remainder below the divisor.
    mov esi, eax
    mov eax, edx
    xor edx, edx
    div ebx
    mov edi, eax
    mov eax, esi
    div ebx
    mov ebx, edx
    mov edx, edi
    ret

    ; A wider one: the quotient has 32 bits. Shift both until the divisor has 32, divide once; the result is the quotient or
    ; one more, which multiplying back shows (Warren, Hacker's Delight, 9-5).
.wide:
    push ebp
    push ecx                            ; [esp + 12]: divisor, upper half
    push ebx                            ; [esp + 8]: lower half
    push edx                            ; [esp + 4]: dividend, upper half
    push eax                            ; [esp]: lower half
    bsr ecx, ecx
    inc ecx                             ; how far the divisor reaches above 32 bits: 1 to 32
    shr eax, 1                          ; one place first, for a count of 32 shifts nothing
    mov edi, edx
    shl edi, 31
    or eax, edi
    shr edx, 1
    shr ebx, 1
    mov edi, [esp + 12]
    mov esi, edi
    shl esi, 31
    or ebx, esi
    shr edi, 1
    dec ecx
    shrd eax, edx, cl
    shr edx, cl
    shrd ebx, edi, cl
    div ebx                             ; the divisor's top bit is set and the dividend lost a place: no overflow
    mov esi, eax                        ; the quotient, or one more

    ; ebp:edx:eax = the divisor times it, which may need a 65th bit.
    mov eax, [esp + 12]
    mul esi
    mov edi, eax
    mov ebp, edx
    mov eax, [esp + 8]
    mul esi
    add edx, edi
    adc ebp, 0
    jnz .one_less
    mov ebx, [esp]
    mov ecx, [esp + 4]
    sub ebx, eax
    sbb ecx, edx
    jae .fits
.one_less:
    dec esi
    sub eax, [esp + 8]
    sbb edx, [esp + 12]
    mov ebx, [esp]
    mov ecx, [esp + 4]
    sub ebx, eax
    sbb ecx, edx
.fits:
    add esp, 16
    pop ebp
    mov eax, esi
    xor edx, edx
    ret

; Loads both arguments for divide_unsigned, with four registers saved below them.
%macro load_operands 0
    push ebx
    push esi
    push edi
    push ebp
    mov eax, [esp + 16 + FIRST_LOW]
    mov edx, [esp + 16 + FIRST_HIGH]
    mov ebx, [esp + 16 + SECOND_LOW]
    mov ecx, [esp + 16 + SECOND_HIGH]
%endmacro

%macro return_to_caller 0
    pop ebp
    pop edi
    pop esi
    pop ebx
    ret 16
%endmacro

; Makes both operands positive. EBP: bit 0 is the sign of the quotient, bit 1 that of the remainder.
%macro strip_signs 0
    xor ebp, ebp
    test edx, edx
    jns %%dividend_positive
    xor ebp, 3
    neg edx
    neg eax
    sbb edx, 0
%%dividend_positive:
    test ecx, ecx
    jns %%divisor_positive
    xor ebp, 1
    neg ecx
    neg ebx
    sbb ecx, 0
%%divisor_positive:
%endmacro

; ulong quotient_unsigned(ulong, ulong): the divisor is not 0.
routine quotient_unsigned
    load_operands
    call divide_unsigned
    return_to_caller

; ulong remainder_unsigned(ulong, ulong): the divisor is not 0.
routine remainder_unsigned
    load_operands
    call divide_unsigned
    mov eax, ebx
    mov edx, ecx
    return_to_caller

; long quotient_signed(long, long): rounded towards 0. The divisor is not 0; the smallest number by -1 is the smallest again.
routine quotient_signed
    load_operands
    strip_signs
    call divide_unsigned
    test ebp, 1
    jz .positive
    neg edx
    neg eax
    sbb edx, 0
.positive:
    return_to_caller

; long remainder_signed(long, long): with the sign of the dividend. The divisor is not 0.
routine remainder_signed
    load_operands
    strip_signs
    call divide_unsigned
    mov eax, ebx
    mov edx, ecx
    test ebp, 2
    jz .positive
    neg edx
    neg eax
    sbb edx, 0
.positive:
    return_to_caller

; long compare_exchange_64(ref long location, long value, long comparand)
routine compare_exchange_64
    push ebx
    push esi
    mov esi, ecx
    mov eax, [esp + 8 + SECOND_LOW]
    mov edx, [esp + 8 + SECOND_HIGH]
    mov ebx, [esp + 8 + FIRST_LOW]
    mov ecx, [esp + 8 + FIRST_HIGH]
    lock cmpxchg8b [esi]
    pop esi
    pop ebx
    ret 16

; ulong read_64(ref ulong location): in one piece when it is aligned to 8 bytes.
routine read_64
    sub esp, 8
    movq xmm0, [ecx]
    movq [esp], xmm0
    pop eax
    pop edx
    ret

; void write_64(ref ulong location, ulong value): in one piece when it is aligned to 8 bytes.
routine write_64
    movq xmm0, [esp + 4]
    movq [ecx], xmm0
    ret 8

; Called before ESP goes down to EAX by more than a page: touches every page between, so that a guard page is met first.
routine RhpStackProbe
    push ecx
    lea ecx, [esp + 8]
.page:
    sub ecx, 4096
    cmp ecx, eax
    jb .done
    test [ecx], al
    jmp .page
.done:
    test [eax], al
    pop ecx
    ret

; Functions with stack arrays keep a copy of this above them and compare it before they return. Set at entry, then left alone.
section .data align=4
global ___security_cookie
___security_cookie: dd 0
