namespace Braid.Checking.Rewriting;

/// <summary>How memory is given to a method.</summary>
internal enum MemoryKind
{
    None,

    /// <summary>An array of known type.</summary>
    Array,

    /// <summary>Any array, as one of several dimensions.</summary>
    AnyArray,
    Span,
    ReadOnlySpan,
    Memory,
    ReadOnlyMemory,
    Segment,

    /// <summary>A reference to one place.</summary>
    Place,

    /// <summary>A reference to a place that holds an array.</summary>
    ArrayBehind,

    /// <summary>A collection, or an interface of one.</summary>
    Collection,

    /// <summary>A stream, a reader or a writer.</summary>
    Object,
}
