using System;
using System.Collections.Generic;
using System.Linq;

namespace Kernel.Runner;

/// <summary>Reads TAP 14 from a byte stream while it arrives, and judges the report as a whole.</summary>
/// <remarks>
/// <para>https://testanything.org/tap-version-14-specification.html, read more strictly where leniency could turn a broken guest
/// into
/// a passing one: a test that is numbered twice, missing, out of the plan or behind the closing plan is a problem, an unfinished
/// last
/// line counts for nothing, and <c>not ok</c> is a failure whatever directive follows.</para>
/// <para>Lines before the version line are passed over: firmware may have had its say on the same serial line.</para>
/// </remarks>
public sealed class TapReader
{
    private const int KeptUnknownLines = 200;

    private readonly Action<TapLine>? _onLine;
    private readonly SerialLines _lines;
    private readonly List<TapTest> _tests = [];
    private readonly HashSet<int> _numbers = [];
    private readonly List<string> _comments = [];
    private readonly Queue<string> _unknown = new();
    private readonly List<string> _problems = [];
    private bool _versionSeen;
    private int? _plan;
    private bool _planClosesReport;
    private string? _bailOut;
    private TapTest? _lastTest;
    private bool _inDetails;
    private bool _finished;

    /// <summary>Starts a report; <paramref name="onLine"/> sees every line as soon as it is complete.</summary>
    public TapReader(Action<TapLine>? onLine = null)
    {
        _onLine = onLine;
        _lines = new SerialLines(Take);
    }

    /// <summary>Takes the next bytes of the stream.</summary>
    public void Feed(ReadOnlySpan<byte> bytes)
    {
        ObjectDisposedException.ThrowIf(_finished, this);
        _lines.Feed(bytes);
    }

    /// <summary>Ends the stream and judges it.</summary>
    public TapReport Finish()
    {
        ObjectDisposedException.ThrowIf(_finished, this);
        _finished = true;
        if (_lines.Finish() is { } rest)
        {
            _problems.Add($"the output ends in the middle of a line: \"{rest.TrimEnd()}\"");
        }

        JudgeTheWhole();
        return new TapReport
        {
            Plan = _plan,
            Tests = _tests,
            Comments = _comments,
            Unknown = [.. _unknown],
            BailOut = _bailOut,
            Problems = _problems,
        };
    }

    private void Take(string text)
    {
        if (TakeDetail(text))
        {
            return;
        }

        TapLine line = TapLine.Parse(text);
        _lastTest = null;
        switch (line.Kind)
        {
            case TapLineKind.Version:
                TakeVersion(line);
                break;
            case TapLineKind.Plan:
                TakePlan(line);
                break;
            case TapLineKind.Test:
                line = TakeTest(line);
                break;
            case TapLineKind.Comment:
                _comments.Add(line.Text);
                break;
            case TapLineKind.BailOut:
                _bailOut ??= line.Text;
                break;
            default:
                TakeUnknown(line);
                break;
        }

        _onLine?.Invoke(line);
    }

    /// <summary>
    /// A block of details begins directly under its test line and ends with <c>...</c>; inside, nothing else is recognised.
    /// </summary>
    private bool TakeDetail(string text)
    {
        if (!_inDetails)
        {
            _inDetails = _lastTest is not null && text.TrimEnd() == "  ---";
            return _inDetails;
        }

        if (text.TrimEnd() == "  ...")
        {
            _inDetails = false;
            _lastTest = null;
            return true;
        }

        string detail = text.StartsWith("  ", StringComparison.Ordinal) ? text[2..] : text;
        if (detail.Length == text.Length && text.Length > 0)
        {
            // Not indented: the guest stopped in the middle of its details, and what follows is not part of them.
            _problems.Add($"the details of test {_lastTest} have no end");
            _inDetails = false;
            return false;
        }

        _lastTest!.Add(detail);
        _onLine?.Invoke(new TapLine(TapLineKind.Detail, detail) { Test = _lastTest });
        return true;
    }

    private void TakeVersion(TapLine line)
    {
        if (_versionSeen)
        {
            _problems.Add("the version line appears twice: the guest started over");
        }

        if (line.Number != 14)
        {
            _problems.Add($"\"{line.Text}\" where version 14 was expected");
        }

        _versionSeen = true;
    }

    private void TakePlan(TapLine line)
    {
        if (_plan is not null)
        {
            _problems.Add($"a second plan, {line.Text}");
            return;
        }

        if (line.Number < 0)
        {
            _problems.Add($"a plan that cannot be meant, {line.Text}");
            return;
        }

        _plan = line.Number;
        _planClosesReport = _tests.Count > 0;
    }

    private TapLine TakeTest(TapLine line)
    {
        int number = line.Number >= 0 ? line.Number : _tests.Count + 1;
        TapTest test = new(number, line.Text, line.Outcome, line.Reason);
        if (!_versionSeen)
        {
            _problems.Add($"test {test} before the version line");
        }

        if (line.Number < 0)
        {
            _problems.Add($"test {test} carries no number of its own");
        }

        if (_planClosesReport)
        {
            _problems.Add($"test {test} after the plan that closed the report");
        }

        if (!_numbers.Add(number))
        {
            _problems.Add($"test {number} is reported twice");
        }

        _tests.Add(test);
        _lastTest = test;
        return line with { Test = test };
    }

    private void TakeUnknown(TapLine line)
    {
        if (line.Text.Length == 0)
        {
            return;
        }

        _unknown.Enqueue(line.Text);
        if (_unknown.Count > KeptUnknownLines)
        {
            _unknown.Dequeue();
        }
    }

    private void JudgeTheWhole()
    {
        if (_inDetails)
        {
            _problems.Add($"the details of test {_lastTest} have no end");
        }

        if (!_versionSeen)
        {
            _problems.Add("no line \"TAP version 14\"");
        }

        if (_plan is not { } plan)
        {
            _problems.Add($"no plan; {_tests.Count} tests were reported");
            return;
        }

        if (plan == 0 && _tests.Count == 0)
        {
            _problems.Add("the plan is empty: no test ran");
        }

        foreach (int number in _numbers.Where(number => number < 1 || number > plan).Order())
        {
            _problems.Add($"test {number} is outside the plan 1..{plan}");
        }

        // Counted, not listed one by one: a plan may claim two thousand million tests.
        int present = _numbers.Count(number => number >= 1 && number <= plan);
        if (present < plan)
        {
            int first = 1;
            while (_numbers.Contains(first))
            {
                first++;
            }

            _problems.Add($"{plan - present} of {plan} planned tests are missing, the first is {first}");
        }
    }
}
