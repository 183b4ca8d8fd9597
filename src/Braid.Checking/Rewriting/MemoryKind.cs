namespace Braid.Checking.Rewriting;

/// <summary>The form in which a method is given memory.</summary>
internal enum MemoryKind
{
    None,

    /// <summary>An array of a known element type.</summary>
    Array,

    /// <summary>Any array, for example one of several dimensions.</summary>
    AnyArray,
    Span,
    ReadOnlySpan,
    Memory,
    ReadOnlyMemory,
    Segment,

    /// <summary>A reference to one location.</summary>
    Place,

    /// <summary>A reference to a location that holds an array.</summary>
    ArrayBehind,

    /// <summary>A collection, or an interface of one.</summary>
    Collection,

    /// <summary>A stream, a reader or a writer.</summary>
    Object,
}
