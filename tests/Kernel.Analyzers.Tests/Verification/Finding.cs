namespace Microsoft.CodeAnalysis.Testing;

/// <summary>A diagnostic and the project that it was found in.</summary>
/// <param name="Project">The project.</param>
/// <param name="Diagnostic">The diagnostic.</param>
/// <param name="IsLocal">Whether an editor shows it at once: it was not reported at the end of a compilation.</param>
internal readonly record struct Finding(ProjectId Project, Diagnostic Diagnostic, bool IsLocal);
