namespace Braid.Futures;

/// <summary>A future was begun, or given an outcome, in a state that does not allow it.</summary>
/// <remarks>Python counterpart: <c>concurrent.futures.InvalidStateError</c>.</remarks>
public sealed class InvalidStateException : InvalidOperationException
{
    /// <summary>Creates an exception with a general message.</summary>
    public InvalidStateException()
        : base("The future is done already.")
    {
    }

    /// <summary>Creates an exception with a message.</summary>
    public InvalidStateException(string message)
        : base(message)
    {
    }

    /// <summary>Creates an exception with a message and a cause.</summary>
    public InvalidStateException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }
}
