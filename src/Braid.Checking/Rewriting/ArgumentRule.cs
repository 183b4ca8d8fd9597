using Braid.Checking.Memory;
using Mono.Cecil;

namespace Braid.Checking.Rewriting;

/// <summary>What a method does to one of the arguments it is given.</summary>
/// <param name="Argument">Number of the parameter; <see cref="This"/> for the object.</param>
/// <param name="Kind">What is given.</param>
/// <param name="Use">Whether it is read or written.</param>
internal sealed record ArgumentRule(int Argument, MemoryKind Kind, ArgumentUse Use)
{
    public const int This = -1;

    /// <summary>No parameter says so.</summary>
    public const int None = -2;

    /// <summary>The parameter that says where the range begins; without one it begins at the beginning.</summary>
    public int Start { get; init; } = None;

    /// <summary>The parameter that says how long it is.</summary>
    public int Count { get; init; } = None;

    /// <summary>The start is where the range ends: it is gone through backwards.</summary>
    public bool Backwards { get; init; }

    /// <summary>It is as long as the range before, or the collection before.</summary>
    public bool AsMany { get; init; }

    /// <summary>It is one element.</summary>
    public bool IsOne { get; init; }

    /// <summary>The call returns how much of it was written.</summary>
    public bool IsReturned { get; init; }

    /// <summary>It has as many bytes as a value of this type.</summary>
    public TypeReference? SizeOf { get; init; }

    /// <summary>It is only asked for its length, for the range that comes next.</summary>
    public bool IsMeasured { get; init; }

    public bool IsWrite => (Use & ArgumentUse.Write) != 0;
}
