namespace Braid.Futures;

/// <summary>A future was to be given an outcome, or started, in a state that does not allow it.</summary>
/// <remarks>Python counterpart: <c>concurrent.futures.InvalidStateError</c>.</remarks>
public sealed class InvalidStateException : InvalidOperationException
{
    /// <summary>Makes an exception with a general message.</summary>
    public InvalidStateException()
        : base("The future is done already.")
    {
    }

    /// <summary>Makes an exception that says more.</summary>
    public InvalidStateException(string message)
        : base(message)
    {
    }

    /// <summary>Makes an exception that says more, and what caused it.</summary>
    public InvalidStateException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }
}
