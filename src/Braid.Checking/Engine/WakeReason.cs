namespace Braid.Checking.Engine;

/// <summary>Why a wait has ended.</summary>
internal enum WakeReason : byte
{
    /// <summary>The operation that was waited for is possible.</summary>
    Proceeded,
    TimedOut,
    Interrupted,
    Cancelled,
}
