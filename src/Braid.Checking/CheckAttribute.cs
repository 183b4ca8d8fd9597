namespace Braid.Checking;

/// <summary>Marks a static method without parameters as one that <c>braid check</c> runs.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class CheckAttribute : Attribute;
