using System;
using Microsoft.CodeAnalysis;

namespace Kernel.Analyzers.CodeFixes;

/// <summary>What a fix would do about one diagnostic.</summary>
/// <param name="title">What it does, as the author reads it.</param>
/// <param name="key">What it shares with the changes that Fix All makes together with it.</param>
/// <param name="target">The node that it changes: of several changes of one node only the first is made.</param>
/// <param name="apply">Makes it. Of every node it reads what has become of that node already.</param>
internal sealed class Change(string title, string key, SyntaxNode target, Action<FixPass> apply)
{
    public string Title { get; } = title;

    public string Key { get; } = key;

    public SyntaxNode Target { get; } = target;

    public void Apply(FixPass pass) => apply(pass);
}
