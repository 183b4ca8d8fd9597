namespace Braid.Checking.Memory;

/// <summary>What the code around a site says about it.</summary>
[Flags]
internal enum SiteTraits
{
    None = 0,

    /// <summary>A read whose value flows into a later write of the same field.</summary>
    FeedsUpdate = 1,

    /// <summary>A write whose value was computed from an earlier read of the same field.</summary>
    DerivedWrite = 2,

    /// <summary>Code of .NET itself or of Braid: reports show the program's call of it instead, unless asked for.</summary>
    Library = 4,

    /// <summary>
    /// Thread-safe code of .NET, which answers for its own races. Other code of .NET, such as a sorted dictionary, leaves that to its
    /// callers.
    /// </summary>
    MadeForThreads = 8,

    /// <summary>A read, or a call, whose value decides which path the code takes.</summary>
    Decides = 16,

    /// <summary>A read whose value the method returns, as in an accessor.</summary>
    Returned = 32,

    /// <summary>A write of an argument of the method, as in an accessor.</summary>
    StoresArgument = 64,

    /// <summary>A call whose result is discarded.</summary>
    Ignored = 128,

    /// <summary>Code of a package that the program uses, not of the program itself.</summary>
    Package = 256,

    /// <summary>A call whose effect on its object is not known.</summary>
    Unknown = 512,

    /// <summary>A call into thread-safe code of .NET, which answers for the collections that it uses inside.</summary>
    EntersMadeForThreads = 1024,
}
