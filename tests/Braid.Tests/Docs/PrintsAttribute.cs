namespace Braid.Tests;

/// <summary>Marks a snippet that ends by itself, with the lines that it prints.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class PrintsAttribute(params string[] lines) : Attribute
{
    public string[] Lines => lines;

    /// <summary>Whether the order of the lines is up to the threads.</summary>
    public bool AnyOrder { get; init; }

    /// <summary>Whether it needs a system that can enforce a sandbox.</summary>
    public bool InSandbox { get; init; }
}
