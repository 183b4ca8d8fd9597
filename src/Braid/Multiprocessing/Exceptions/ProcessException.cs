namespace Braid.Multiprocessing;

/// <summary>Something failed that has to do with another process.</summary>
public abstract class ProcessException : Exception
{
    /// <summary>Says nothing.</summary>
    protected ProcessException()
    {
    }

    /// <summary>Says what happened.</summary>
    /// <param name="message">What happened.</param>
    protected ProcessException(string message)
        : base(message)
    {
    }

    /// <summary>Says what happened, and why.</summary>
    /// <param name="message">What happened.</param>
    /// <param name="innerException">Why.</param>
    protected ProcessException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }
}
