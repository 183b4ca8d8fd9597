namespace Braid.Python;

/// <summary>None as a key of a dictionary, where .NET has no null; everywhere else None is null.</summary>
public sealed class PythonNone
{
    private PythonNone()
    {
    }

    /// <summary>The one object.</summary>
    public static PythonNone Value { get; } = new();

    /// <summary>"None".</summary>
    public override string ToString() => "None";
}
