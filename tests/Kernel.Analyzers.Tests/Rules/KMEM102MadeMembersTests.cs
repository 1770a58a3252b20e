using System.Threading.Tasks;
using Xunit;
using VerifyCS = Kernel.Analyzers.Tests.KernelVerifier<Kernel.Analyzers.Rules.Zeroing.OwnerMadeAnalyzer>;

namespace Kernel.Analyzers.Tests.Rules;

/// <summary>KMEM102: values that come to be inside a struct or tuple around them.</summary>
public class KMEM102MadeMembersTests
{
    private static Task Verify(string members) => VerifyCS.VerifyAnalyzerAsync($$"""
        using System;
        using Kernel.Contracts;

        [OwnerMade]
        public readonly struct TableFrame
        {
            public readonly ulong Physical;
            private TableFrame(ulong physical) => Physical = physical;
            public static bool TryMake(out TableFrame frame)
            {
                frame = new TableFrame(4096);
                return true;
            }
        }

        public struct Slot
        {
            public TableFrame Frame;
            public int Level;
            public void Fill() => TableFrame.TryMake(out Frame);
        }

        public class C
        {
            private static void Use(TableFrame frame) { }
            private static void FillIt(ref Slot slot) => TableFrame.TryMake(out slot.Frame);
            private static unsafe void FillAt(Slot* slot) => TableFrame.TryMake(out slot->Frame);

        {{members}}
        }
        """);

    [Theory]
    [InlineData("Slot slot = {|KMEM102:default|}; Use(slot.Frame);")]
    [InlineData("Slot slot = {|KMEM102:default(Slot)|}; Use(slot.Frame);")]
    [InlineData("Slot slot = {|KMEM102:new Slot()|}; Use(slot.Frame);")]
    [InlineData("Slot slot = {|KMEM102:new Slot { Level = 3 }|}; Use(slot.Frame);")]
    [InlineData("(TableFrame Frame, int Level) slot = {|KMEM102:default|}; Use(slot.Frame);")]
    [InlineData("Slot slot = {|KMEM102:default|}; Slot other = slot; Use(other.Frame);")]
    [InlineData("Slot slot = {|KMEM102:default|}; if (some) TableFrame.TryMake(out slot.Frame); Use(slot.Frame);")]
    [InlineData("Slot slot = {|KMEM102:default|}; ulong address = slot.Frame.Physical;")]
    public Task A_member_of_an_empty_struct_is_no_value_of_its_owner(string body) => Verify($$"""
            public void M(bool some) { {{body}} }
        """);

    [Theory]
    [InlineData("Slot slot = default; TableFrame.TryMake(out slot.Frame); Use(slot.Frame);")]
    [InlineData("Slot slot = default; slot.Frame = given; Use(slot.Frame);")]
    [InlineData("Slot slot = new Slot { Frame = given }; Use(slot.Frame);")]
    [InlineData("Slot slot = default; slot = kept; Use(slot.Frame);")]
    [InlineData("Slot slot = default; slot.Fill(); Use(slot.Frame);")]
    [InlineData("Slot slot = default; FillIt(ref slot); Use(slot.Frame);")]
    [InlineData("Slot slot = default; unsafe { FillAt(&slot); } Use(slot.Frame);")]
    [InlineData("Slot slot = default; Use(given); int level = slot.Level;")]
    [InlineData("Slot slot = default; Action fill = () => slot.Frame = given; fill(); Use(slot.Frame);")]
    [InlineData("(TableFrame Frame, int Level) slot = (given, 1); Use(slot.Frame);")]
    [InlineData("Slot slot = default; ref TableFrame inside = ref slot.Frame; inside = given; Use(slot.Frame);")]
    public Task A_member_that_was_given_a_value_is_one(string body) => Verify($$"""
            public void M(TableFrame given, Slot kept) { {{body}} }
        """);
}
