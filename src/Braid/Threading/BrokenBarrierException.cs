namespace Braid.Threading;

/// <summary>The barrier is broken: a party timed out or was cancelled, it was aborted or reset, or its action failed.</summary>
/// <remarks>Python counterpart: <c>threading.BrokenBarrierError</c>, <c>asyncio.BrokenBarrierError</c>.</remarks>
public sealed class BrokenBarrierException : InvalidOperationException
{
    /// <summary>Makes an exception with a general message.</summary>
    public BrokenBarrierException()
        : this("The barrier is broken.")
    {
    }

    /// <summary>Makes an exception that says why.</summary>
    public BrokenBarrierException(string message)
        : base(message)
    {
    }

    /// <summary>Makes an exception that says why, and what caused it.</summary>
    public BrokenBarrierException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }
}
