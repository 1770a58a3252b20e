using System.Collections.Generic;

namespace Microsoft.CodeAnalysis.Testing;

/// <summary>What one project of a test consists of.</summary>
public class ProjectState
{
    /// <summary>An empty project whose unnamed sources are called <paramref name="defaultPrefix"/>, a number, and the extension.</summary>
    public ProjectState(string name, string language, string defaultPrefix, string defaultExtension)
    {
        Name = name;
        Language = language;
        DefaultPrefix = defaultPrefix;
        DefaultExtension = defaultExtension;
        Sources = new SourceFileList(defaultPrefix, defaultExtension);
    }

    /// <summary>The name, also of its assembly.</summary>
    public string Name { get; }

    /// <summary>The language.</summary>
    public string Language { get; }

    /// <summary>What it is compiled to; null for a library.</summary>
    public OutputKind? OutputKind { get; set; }

    /// <summary>The sources.</summary>
    public SourceFileList Sources { get; }

    /// <summary>Files which analyzers may read.</summary>
    public SourceFileCollection AdditionalFiles { get; } = [];

    /// <summary>Files such as <c>/.editorconfig</c>.</summary>
    public SourceFileCollection AnalyzerConfigFiles { get; } = [];

    /// <summary>References beyond the reference assemblies.</summary>
    public MetadataReferenceCollection AdditionalReferences { get; } = [];

    /// <summary>The names of the additional projects that this one refers to.</summary>
    public List<string> AdditionalProjectReferences { get; } = [];

    private protected string DefaultPrefix { get; }

    private protected string DefaultExtension { get; }

    /// <summary>The path of a source that is meant where none is given.</summary>
    internal string DefaultPath => $"{DefaultPrefix}0.{DefaultExtension}";

    /// <summary>Whether nothing has been put into it.</summary>
    internal bool IsEmpty => Sources.Count == 0 && AdditionalFiles.Count == 0 && AnalyzerConfigFiles.Count == 0;

    /// <summary>Whether it has content of its own that differs from the content of <paramref name="other"/>.</summary>
    internal bool ChangesContentOf(ProjectState other) =>
        Changes(Sources, other.Sources)
        || Changes(AdditionalFiles, other.AdditionalFiles)
        || Changes(AnalyzerConfigFiles, other.AnalyzerConfigFiles);

    /// <summary>Fills it with the content of <paramref name="own"/> and, where that has none, with the content of <paramref name="inherited"/>.</summary>
    internal void Fill(ProjectState own, ProjectState? inherited)
    {
        OutputKind = own.OutputKind ?? inherited?.OutputKind;
        Sources.AddRange(own.Sources.Count > 0 || inherited is null ? own.Sources : inherited.Sources);
        AdditionalFiles.AddRange(own.AdditionalFiles.Count > 0 || inherited is null ? own.AdditionalFiles : inherited.AdditionalFiles);
        AnalyzerConfigFiles.AddRange(
            own.AnalyzerConfigFiles.Count > 0 || inherited is null ? own.AnalyzerConfigFiles : inherited.AnalyzerConfigFiles);
        AdditionalReferences.AddRange(
            own.AdditionalReferences.Count > 0 || inherited is null ? own.AdditionalReferences : inherited.AdditionalReferences);
        AdditionalProjectReferences.AddRange(
            own.AdditionalProjectReferences.Count > 0 || inherited is null
                ? own.AdditionalProjectReferences
                : inherited.AdditionalProjectReferences);
    }

    private static bool Changes(SourceFileCollection own, SourceFileCollection other)
    {
        if (own.Count == 0)
        {
            return false;
        }

        bool changes = own.Count != other.Count;
        for (int i = 0; i < own.Count && !changes; i++)
        {
            changes = own[i].filename != other[i].filename || !own[i].content.ContentEquals(other[i].content);
        }

        return changes;
    }
}
