using System;

namespace Kernel.Tests.SimulatedMachine;

/// <summary>The code under test gave back a frame that it may not give back, or kept one that it owes.</summary>
public sealed class FrameMistakeException(string message) : Exception(message);
