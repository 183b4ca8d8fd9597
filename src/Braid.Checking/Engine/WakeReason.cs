namespace Braid.Checking.Engine;

/// <summary>Why a wait has ended.</summary>
internal enum WakeReason : byte
{
    /// <summary>What was waited for is there.</summary>
    Proceeded,
    TimedOut,
    Interrupted,
    Cancelled,
}
