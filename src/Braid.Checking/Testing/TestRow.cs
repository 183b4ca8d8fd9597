namespace Braid.Checking.Testing;

/// <summary>The arguments of one case of a test.</summary>
internal sealed record TestRow(object?[] Arguments)
{
    public static TestRow None { get; } = new([]);

    /// <summary>Why this case is not to be run; null if it is.</summary>
    public string? Skip { get; init; }

    /// <summary>Whether the test must return <see cref="Expected"/>.</summary>
    public bool HasExpected { get; init; }

    public object? Expected { get; init; }
}
