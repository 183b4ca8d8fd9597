namespace Braid.Multiprocessing;

/// <summary>What a name stands for: its first byte.</summary>
internal enum NameKind : byte
{
    /// <summary>A type.</summary>
    Type = 0,

    /// <summary>A delegate's type, its method, and how it holds its target.</summary>
    Delegate = 1,
}
