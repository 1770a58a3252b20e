namespace System;

/// <summary>The base of delegates. The kernel makes none (it calls through function pointers); the compilers know the type.</summary>
public abstract class Delegate;

/// <summary>The base of all declared delegates.</summary>
public abstract class MulticastDelegate : Delegate;
