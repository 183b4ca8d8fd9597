namespace Braid.Checking.Memory;

/// <summary>What a call does to memory that it is given, and how the range is specified.</summary>
[Flags]
internal enum ArgumentUse
{
    Read = 0,
    Write = 1,

    /// <summary>The start and length of the range are numbers of bytes, not of elements.</summary>
    InBytes = 2,

    /// <summary>Only the call shows how much it writes: before it, the access is only announced.</summary>
    Later = 4,
}
