namespace Braid.Checking.Engine;

/// <summary>How far a controlled thread has come.</summary>
internal enum ThreadStage : byte
{
    /// <summary>Made, not started.</summary>
    Unstarted,

    /// <summary>Started; it may not have done its first step yet.</summary>
    Alive,
    Ended,
}
