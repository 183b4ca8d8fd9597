namespace Braid.Futures;

/// <summary>The initializer of a worker failed: the executor cannot run anything.</summary>
/// <remarks>The inner exception is the initializer's. Python counterpart: <c>concurrent.futures.thread.BrokenThreadPool</c>, a <c>BrokenExecutor</c>.</remarks>
public sealed class BrokenThreadPoolException : InvalidOperationException
{
    /// <summary>Makes an exception with a general message.</summary>
    public BrokenThreadPoolException()
        : base("The initializer of a worker failed: the executor cannot run anything.")
    {
    }

    /// <summary>Makes an exception that says more.</summary>
    public BrokenThreadPoolException(string message)
        : base(message)
    {
    }

    /// <summary>Makes an exception that says more, and what caused it.</summary>
    public BrokenThreadPoolException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }
}
