namespace System;

/// <summary>What a method returns that returns nothing.</summary>
public struct Void;
