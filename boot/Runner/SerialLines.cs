using System;
using System.Buffers;
using System.Text;

namespace Kernel.Runner;

/// <summary>
/// Cuts a byte stream that arrives in pieces of any size into lines. A line ends with a line feed, also after a carriage return.
/// </summary>
public sealed class SerialLines(Action<string> onLine)
{
    /// <summary>
    /// A longer line is delivered in pieces of this many bytes, so that a guest gone wild cannot exhaust the host's memory.
    /// </summary>
    public const int LongestLine = 64 * 1024;

    private readonly ArrayBufferWriter<byte> _pending = new();

    /// <summary>Takes the next bytes of the stream.</summary>
    public void Feed(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            int room = LongestLine - _pending.WrittenCount;
            ReadOnlySpan<byte> reachable = bytes.Length > room ? bytes[..room] : bytes;
            int end = reachable.IndexOf((byte)'\n');
            if (end >= 0)
            {
                _pending.Write(reachable[..end]);
                bytes = bytes[(end + 1)..];
                Deliver();
                continue;
            }

            _pending.Write(reachable);
            bytes = bytes[reachable.Length..];
            if (_pending.WrittenCount == LongestLine)
            {
                Deliver();
            }
        }
    }

    /// <summary>Ends the stream.</summary>
    /// <returns>The unfinished last line, or null when the stream ended with a line feed.</returns>
    public string? Finish()
    {
        string? rest = _pending.WrittenCount == 0 ? null : Encoding.UTF8.GetString(_pending.WrittenSpan);
        _pending.ResetWrittenCount();
        return rest;
    }

    private void Deliver()
    {
        string line = Encoding.UTF8.GetString(_pending.WrittenSpan);
        _pending.ResetWrittenCount();
        onLine(line.TrimEnd('\r'));
    }
}
