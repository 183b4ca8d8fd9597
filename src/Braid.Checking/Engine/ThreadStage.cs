namespace Braid.Checking.Engine;

/// <summary>The stage of life of a controlled thread.</summary>
internal enum ThreadStage : byte
{
    /// <summary>Created, not started.</summary>
    Unstarted,

    /// <summary>Started; it may still have to take its first step.</summary>
    Alive,
    Ended,
}
