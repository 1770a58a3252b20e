namespace Consumer; // KMEM001

/// <summary>A file for which .editorconfig sets an option that no rule has.</summary>
public static class Misspelt;
