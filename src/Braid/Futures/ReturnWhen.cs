namespace Braid.Futures;

/// <summary>When <see cref="Future.Wait"/> returns.</summary>
/// <remarks>Python counterpart: <c>concurrent.futures.FIRST_COMPLETED</c>, <c>FIRST_EXCEPTION</c>, <c>ALL_COMPLETED</c>.</remarks>
public enum ReturnWhen
{
    /// <summary>When all futures are done.</summary>
    AllCompleted,

    /// <summary>When at least one is done.</summary>
    FirstCompleted,

    /// <summary>When one has ended with an exception (a cancelled one does not count), otherwise when all are done.</summary>
    FirstException,
}
