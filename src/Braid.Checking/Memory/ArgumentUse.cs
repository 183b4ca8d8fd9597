namespace Braid.Checking.Memory;

/// <summary>What a call does to memory that it is given, and how that is said.</summary>
[Flags]
internal enum ArgumentUse
{
    Read = 0,
    Write = 1,

    /// <summary>Where the range begins, and how long it is, are numbers of bytes, not of elements.</summary>
    InBytes = 2,

    /// <summary>How much is written shows only after the call: before it, the access is only announced.</summary>
    Later = 4,
}
