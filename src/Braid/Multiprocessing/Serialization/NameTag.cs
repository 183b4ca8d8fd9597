namespace Braid.Multiprocessing;

/// <summary>The byte a type begins with inside a name.</summary>
internal enum NameTag : byte
{
    /// <summary>The number of the assembly and the metadata token follow.</summary>
    Definition = 0,

    /// <summary>The same, and the type arguments.</summary>
    Constructed = 1,

    /// <summary>A one-dimensional array: the rank (1) and the type of the elements follow.</summary>
    Vector = 2,

    /// <summary>An array of several dimensions: the rank and the type of the elements follow.</summary>
    Array = 3,
}
