namespace Braid.Multiprocessing;

/// <summary>The byte a reference begins with.</summary>
internal enum ReferenceKind : byte
{
    /// <summary>Nothing follows.</summary>
    Null = 0,

    /// <summary>An object of exactly the declared type follows.</summary>
    Exact = 1,

    /// <summary>The number of an object of this payload follows.</summary>
    Back = 2,

    /// <summary>The name of a type follows, then an object of that type.</summary>
    Other = 3,

    /// <summary>A delegate follows, which names its own type.</summary>
    Delegate = 4,

    /// <summary>An exception follows, which names its own type.</summary>
    Exception = 5,

    /// <summary>The name of a type follows, which is the value.</summary>
    Type = 6,

    /// <summary>The handle of a shared object follows.</summary>
    Shared = 7,

    /// <summary>And more, by the type code: a number or a string follows, which is no object of its own.</summary>
    Plain = 16,
}
