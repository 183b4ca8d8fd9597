namespace Braid.Multiprocessing;

/// <summary>The base class of failures that involve another process.</summary>
public abstract class ProcessException : Exception
{
    /// <summary>Creates the exception without a message.</summary>
    protected ProcessException()
    {
    }

    /// <summary>Creates the exception.</summary>
    /// <param name="message">What happened.</param>
    protected ProcessException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the exception with its cause.</summary>
    /// <param name="message">What happened.</param>
    /// <param name="innerException">The cause.</param>
    protected ProcessException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }
}
