using Braid.Checking.Memory;
using Mono.Cecil;

namespace Braid.Checking.Rewriting;

/// <summary>What a method does to one of the arguments it is given.</summary>
/// <param name="Argument">Index of the parameter; <see cref="This"/> for the object.</param>
/// <param name="Kind">The form in which the memory is given.</param>
/// <param name="Use">Whether the method reads or writes it.</param>
internal sealed record ArgumentRule(int Argument, MemoryKind Kind, ArgumentUse Use)
{
    public const int This = -1;

    /// <summary>No parameter.</summary>
    public const int None = -2;

    /// <summary>The parameter that holds the start of the range; without one, the range starts at the first element.</summary>
    public int Start { get; init; } = None;

    /// <summary>The parameter that holds the length of the range.</summary>
    public int Count { get; init; } = None;

    /// <summary>Whether the method goes through the range backwards, so that the start is the range's end.</summary>
    public bool Backwards { get; init; }

    /// <summary>Whether the range is as long as the range or collection before it.</summary>
    public bool AsMany { get; init; }

    /// <summary>Whether the range is a single element.</summary>
    public bool IsOne { get; init; }

    /// <summary>Whether the call returns the number of elements that it has written.</summary>
    public bool IsReturned { get; init; }

    /// <summary>The type of the value that has as many bytes as the range.</summary>
    public TypeReference? SizeOf { get; init; }

    /// <summary>Whether the method only reads the length, for the range that follows.</summary>
    public bool IsMeasured { get; init; }

    public bool IsWrite => (Use & ArgumentUse.Write) != 0;
}
