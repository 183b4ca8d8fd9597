namespace Braid.Futures;

/// <summary>The initializer of a worker failed: the executor can no longer run calls.</summary>
/// <remarks>
/// The inner exception is the initializer's. Python counterpart: <c>concurrent.futures.thread.BrokenThreadPool</c>, a
/// <c>BrokenExecutor</c>.
/// </remarks>
public sealed class BrokenThreadPoolException : InvalidOperationException
{
    /// <summary>Creates an exception with a general message.</summary>
    public BrokenThreadPoolException()
        : base("The initializer of a worker failed: the executor cannot run anything.")
    {
    }

    /// <summary>Creates an exception with a message.</summary>
    public BrokenThreadPoolException(string message)
        : base(message)
    {
    }

    /// <summary>Creates an exception with a message and a cause.</summary>
    public BrokenThreadPoolException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }
}
