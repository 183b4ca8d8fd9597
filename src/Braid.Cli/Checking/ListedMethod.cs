namespace Braid.Cli;

/// <summary>A method of an assembly, as far as its metadata tells.</summary>
/// <param name="Token">Its number in the assembly.</param>
/// <param name="Type">The type it is in, with dots before it and between nested ones.</param>
/// <param name="Name">As its author wrote it, also for a local function and for a program without a Main.</param>
/// <param name="Flaw">Why it cannot be checked: "takes arguments". Null if it can.</param>
/// <param name="IsMarked">It carries [Check].</param>
/// <param name="IsEntryPoint">The program begins here.</param>
internal sealed record ListedMethod(int Token, string Type, string Name, string? Flaw, bool IsMarked, bool IsEntryPoint)
{
    public string FullName => $"{Type}.{Name}";

    /// <summary>The name is this, or its end: Name, Type.Name, or with the namespace.</summary>
    public bool IsCalled(string name, StringComparison comparison) =>
        FullName.Equals(name, comparison) || FullName.EndsWith($".{name}", comparison);
}
