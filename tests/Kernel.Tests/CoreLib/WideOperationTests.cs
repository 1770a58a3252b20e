using System.Collections.Generic;
using System.Linq;
using System.Numerics;
using System.Reflection;
using Boot.Guest;
using Xunit;

namespace Kernel.Tests.CoreLib;

/// <summary>The digests that the guest compares its 64-bit arithmetic with are those of a machine that has 64 bits.</summary>
public sealed class WideOperationTests
{
    /// <summary>The names of the operations.</summary>
    public static TheoryData<string> Names { get; } =
        [.. typeof(WideOperations).GetProperties(BindingFlags.Public | BindingFlags.Static).Select(property => property.Name)];

    [Theory, MemberData(nameof(Names))]
    public void The_digest_in_the_image_is_the_one_computed_here(string name)
    {
        WideOperation operation = Named(name);

        Assert.Equal($"0x{operation.Compute():X8}", $"0x{operation.Expected:X8}");
    }

    [Fact]
    public void Every_operation_has_a_digest_of_its_own()
    {
        string[] names = [.. typeof(WideOperations).GetProperties(BindingFlags.Public | BindingFlags.Static).Select(property => property.Name)];

        Assert.Equal(names.Length, names.Select(name => Named(name).Expected).Distinct().Count());
    }

    [Fact]
    public void The_operands_reach_every_width_with_both_signs()
    {
        HashSet<int> widths = [];
        int negative = 0;
        OperandSequence operands = default;
        for (int count = 0; count < OperandSequence.Count; count++)
        {
            operands.Next(out ulong left, out _);
            widths.Add(BitOperations.Log2(left));
            negative += (long)left < 0 ? 1 : 0;
        }

        Assert.Equal(64, widths.Count);
        Assert.InRange(negative, OperandSequence.Count / 5, OperandSequence.Count * 4 / 5);
    }

    private static WideOperation Named(string name) => (WideOperation)typeof(WideOperations).GetProperty(name)!.GetValue(null)!;
}
