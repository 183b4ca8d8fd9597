namespace Braid.Multiprocessing;

/// <summary>The peer of a connection has not proved that it knows the key, or says that this process has not.</summary>
/// <remarks>Python counterpart: <c>multiprocessing.AuthenticationError</c>.</remarks>
public sealed class AuthenticationException : ProcessException
{
    internal AuthenticationException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }
}
