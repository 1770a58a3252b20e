using System;
using Kernel.Runner;
using Xunit.Abstractions;

namespace Kernel.Guest.Tests.Guests;

/// <summary>One test inside a guest, by its place in the report.</summary>
public sealed class GuestTestCase : IXunitSerializable
{
    private string _description = "";

    /// <summary>For xunit, which fills it in afterwards.</summary>
    [Obsolete("Called by xunit only.")]
    public GuestTestCase()
    {
    }

    internal GuestTestCase(TapTest test)
    {
        Number = test.Number;
        _description = test.Description;
    }

    /// <summary>The number in the guest's report.</summary>
    public int Number { get; private set; }

    /// <inheritdoc/>
    public void Deserialize(IXunitSerializationInfo info)
    {
        Number = info.GetValue<int>(nameof(Number));
        _description = info.GetValue<string>(nameof(_description));
    }

    /// <inheritdoc/>
    public void Serialize(IXunitSerializationInfo info)
    {
        info.AddValue(nameof(Number), Number);
        info.AddValue(nameof(_description), _description);
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Number} - {_description}";
}
