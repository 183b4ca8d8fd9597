namespace Braid.Stress;

/// <summary>What a task of a pool does.</summary>
internal enum ErrandKind
{
    Tiny,
    Result,
    Argument,
    Computes,
    Sleeps,
    Throws,
    Locks,
    Puts,
    Gets,
    Prints,
    StartsProcess,
    Hangs,
    Crashes,
    Leaves,
    FailsFast,
}
