using System.Threading.Tasks;
using Kernel.Analyzers.Rules.Interrupts;
using Kernel.Analyzers.Rules.Locks;
using Kernel.Analyzers.Rules.Translation;
using Kernel.Analyzers.Rules.Zeroing;
using Xunit;

namespace Kernel.Analyzers.Tests.Rules;

/// <summary>
/// What a constructor passes on with <c>: this(…)</c> is a block of its own, in front of the body and in one graph with it: a rule that
/// finds nothing in the first still has to look at the second.
/// </summary>
public class ConstructorBodyTests
{
    private static string With(string types, string body) => $$"""
        using System;
        using Kernel.Contracts;

        {{types}}

        public unsafe class Made
        {
            private Made(int first) { }

            public Made(ulong* pte, object other) : this(1) { {{body}} }
        }
        """;

    [Fact]
    public Task A_frame_is_linked_before_it_is_zeroed() => KernelVerifier<LinkedBeforeZeroedAnalyzer>.VerifyAnalyzerAsync(With(
        """
        public static class Frames
        {
            [return: Dirty] public static extern ulong Take();
            public static extern void Link([RequiresZeroed] ulong frame);
        }
        """,
        "ulong frame = Frames.Take(); Frames.Link({|KMEM101:frame|});"));

    [Fact]
    public Task A_value_is_made_that_only_its_owner_makes() => KernelVerifier<OwnerMadeAnalyzer>.VerifyAnalyzerAsync(With(
        """
        [OwnerMade] public struct Frame { public void Use() { } }
        """,
        "Frame frame = {|KMEM102:default|}; frame.Use();"));

    [Fact]
    public Task A_lock_is_not_released() => KernelVerifier<LockAnalyzer>.VerifyAnalyzerAsync(With(
        "[Lock] public class Gate { [Acquires] public extern void Take(); [Releases] public extern void Leave(); }",
        "Gate gate = new Gate(); {|KMEM303:gate.Take()|}; if (other != null) { gate.Leave(); }"));

    [Fact]
    public Task Interrupts_are_enabled_under_a_token() => KernelVerifier<InterruptsEnabledAnalyzer>.VerifyAnalyzerAsync(With(
        """
        [InterruptToken] public readonly ref struct Token { }
        public ref struct Scope
        {
            public static Scope Enter() => new Scope();
            public Token Token => default;
            [EnablesInterrupts] public void Dispose() { }
        }
        public static class Cpu { [EnablesInterrupts] public static extern void Enable(); }
        """,
        "using Scope scope = Scope.Enter(); {|KMEM402:Cpu.Enable()|};"));

    [Fact]
    public Task A_token_is_used_after_interrupts_were_enabled() => KernelVerifier<InterruptTokenAnalyzer>.VerifyAnalyzerAsync(With(
        """
        [InterruptToken] public readonly ref struct Token { }
        public static class Cpu
        {
            [TrustedContext("here interrupts are disabled")] public static Token Disable() => default;
            [EnablesInterrupts] public static extern void Enable();
            public static void Use(Token token) { }
        }
        """,
        "Token token = Cpu.Disable(); Cpu.Enable(); Cpu.Use({|KMEM401:token|});"));

    private const string Processor = "public static unsafe class Cpu { public static extern void InvalidatePage(void* page); }";

    [Theory]
    [InlineData("for (int i = 0; i < 512; i++) { pte[i] = 0; } pte[511] = (ulong)pte | 3;")]
    [InlineData("*pte = 0x1000 | 3;")]
    public Task A_table_that_a_constructor_is_given_is_not_in_use_yet(string body) =>
        KernelVerifier<FlushAnalyzer>.VerifyAnalyzerAsync(With(Processor, body));

    [Theory]
    [InlineData("{|KMEM105:*pte|} = 1; *pte |= (ulong)pte;")]
    [InlineData("{|KMEM105:pte[0]|} = 3; pte[0] |= 0x1000;")]
    [InlineData("{|KMEM105:*pte|} = 1; System.Threading.Interlocked.Or(ref *pte, 0x1000);")]
    public Task An_entry_that_a_constructor_is_given_may_be_in_use(string body) =>
        KernelVerifier<IncompleteEntryAnalyzer>.VerifyAnalyzerAsync(With(Processor, body));

    [Theory]
    [InlineData("for (int i = 0; i < 512; i++) { pte[i] = 1; pte[i] |= (ulong)i << 12; }")]
    [InlineData("pte[511] = 1; pte[511] |= (ulong)pte;")]
    [InlineData("ulong* table = stackalloc ulong[512]; *table = 1; *table |= (ulong)pte;")]
    [InlineData("*pte |= 1;")]
    [InlineData("*pte = (ulong)pte | 1;")]
    public Task A_table_that_a_constructor_builds_is_written_in_any_order(string body) =>
        KernelVerifier<IncompleteEntryAnalyzer>.VerifyAnalyzerAsync(With(Processor, body));

    [Fact]
    public Task An_entry_that_a_constructor_is_given_by_reference_may_be_in_use() => KernelVerifier<IncompleteEntryAnalyzer>.VerifyAnalyzerAsync(
        """
        using Kernel.Contracts;

        [TableEntry] public struct Slot { public bool Present; public ulong Frame; }

        public static unsafe class Cpu { public static extern void InvalidatePage(void* page); }

        public unsafe class Window
        {
            private Slot _own;

            public Window(ref Slot slot, ulong frame) { {|KMEM105:slot.Present|} = true; slot.Frame = frame; }

            public Window(Slot* pte, uint* paePte, ulong entry) : this(ref *pte, entry)
            {
                {|KMEM105:pte->Present|} = true;
                pte->Frame = entry;
                {|KMEM105:paePte[0]|} = (uint)entry;
                paePte[1] = (uint)(entry >> 32);
            }

            public Window(Slot* table) { table->Present = true; table->Frame = 1; _own.Present = true; _own.Frame = 1; }
        }
        """);

    [Fact]
    public Task A_method_that_does_the_same_is_asked_for_the_flush() => KernelVerifier<FlushAnalyzer>.VerifyAnalyzerAsync(With(
        Processor + " public static unsafe class Window { public static void Show(ulong* pte, ulong frame) { {|KMEM501:*pte|} = frame | 3; } }", ""));

    [Fact]
    public Task A_method_that_does_the_same_is_asked_for_the_order() => KernelVerifier<IncompleteEntryAnalyzer>.VerifyAnalyzerAsync(With(
        Processor + " public static unsafe class Window { public static void Show(ulong* pte, ulong frame) { {|KMEM105:*pte|} = 1; *pte |= frame; } }", ""));
}
