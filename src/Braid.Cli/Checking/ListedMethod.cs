namespace Braid.Cli;

/// <summary>A method of an assembly, as its metadata describes it.</summary>
/// <param name="Token">Its token in the assembly.</param>
/// <param name="Type">Its declaring type, with dots before it and between nested types.</param>
/// <param name="Name">Its name in the source, also for a local function and for a program without a Main.</param>
/// <param name="Flaw">Why it cannot be checked: "takes arguments". Null if it can.</param>
/// <param name="IsMarked">Whether it carries [Check].</param>
/// <param name="IsEntryPoint">Whether the program starts here.</param>
internal sealed record ListedMethod(int Token, string Type, string Name, string? Flaw, bool IsMarked, bool IsEntryPoint)
{
    public string FullName => $"{Type}.{Name}";

    /// <summary>Whether this is the name or its end: Name, Type.Name, or with the namespace.</summary>
    public bool IsCalled(string name, StringComparison comparison) =>
        FullName.Equals(name, comparison) || FullName.EndsWith($".{name}", comparison);
}
