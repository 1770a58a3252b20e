using Kernel.Analyzers.Flow.Tables;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Kernel.Analyzers.Flow.Flushes;

/// <summary>Says quickly which bodies can owe a flush at all.</summary>
internal static class FlushRelevance
{
    /// <summary>Whether the body changes an entry, makes a value that stands for a flush, or calls a method of this compilation.</summary>
    public static bool Matters(IOperation block, TableShapes shapes)
    {
        foreach (IOperation operation in block.Descendants())
        {
            switch (operation)
            {
                case IInvocationOperation { TargetMethod: var method } call when !method.OriginalDefinition.DeclaringSyntaxReferences.IsEmpty
                    || TranslationNames.IsDebt(method.ReturnType) || TranslationNames.OwesByContract(method) || EntryPlaces.Changes(call, shapes):
                    return true;
                case IObjectCreationOperation { Type: var type } when TranslationNames.IsDebt(type):
                    return true;
                case IAssignmentOperation or IIncrementOrDecrementOperation when EntryPlaces.Changes(operation, shapes):
                    return true;
            }
        }

        return false;
    }
}
