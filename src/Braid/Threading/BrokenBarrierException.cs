namespace Braid.Threading;

/// <summary>The barrier is broken: a party timed out or was cancelled, it was aborted or reset, or its action failed.</summary>
/// <remarks>Python counterpart: <c>threading.BrokenBarrierError</c>, <c>asyncio.BrokenBarrierError</c>.</remarks>
public sealed class BrokenBarrierException : InvalidOperationException
{
    /// <summary>Creates an exception with a general message.</summary>
    public BrokenBarrierException()
        : this("The barrier is broken.")
    {
    }

    /// <summary>Creates an exception with a message.</summary>
    public BrokenBarrierException(string message)
        : base(message)
    {
    }

    /// <summary>Creates an exception with a message and a cause.</summary>
    public BrokenBarrierException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }
}
