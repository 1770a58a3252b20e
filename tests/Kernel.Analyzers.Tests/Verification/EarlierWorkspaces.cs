using System.Collections.Immutable;
using System.Reflection;
using Microsoft.CodeAnalysis.CodeActions;

namespace Microsoft.CodeAnalysis.Testing;

/// <summary>What the workspaces of SDK 8 keep to themselves. Compiled only for them.</summary>
internal static class EarlierWorkspaces
{
    private static readonly PropertyInfo s_nested =
        typeof(CodeAction).GetProperty("NestedCodeActions", BindingFlags.Instance | BindingFlags.NonPublic)!;

    extension(CodeAction action)
    {
        /// <summary>The actions that the menu shows under this one.</summary>
        public ImmutableArray<CodeAction> NestedActions => (ImmutableArray<CodeAction>)s_nested.GetValue(action)!;
    }
}
