namespace Braid.Checking;

/// <summary>A lock that a thread holds.</summary>
/// <param name="Lock">Its name in the report: <c>lock Account._gate</c>.</param>
/// <param name="Since">Where the thread acquired it; within a library, where the program called that.</param>
public sealed record StepHold(string Lock, StepPlace? Since);
