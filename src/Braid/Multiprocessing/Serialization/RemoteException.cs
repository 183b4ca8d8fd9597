namespace Braid.Multiprocessing;

/// <summary>Stands for an exception of another process that cannot be rebuilt here: its type is not loaded, or holds what cannot travel.</summary>
/// <remarks>
/// <para>The message is that of the exception it stands for; <see cref="Exception.StackTrace"/> and <see cref="ToString"/> show where it was thrown over there.</para>
/// <para>Python counterpart: <c>multiprocessing.pool.RemoteTraceback</c>, and the error that <c>MaybeEncodingError</c> wraps.</para>
/// </remarks>
public sealed class RemoteException : ProcessException
{
    internal RemoteException(string typeName, string message, string? remoteStackTrace, Exception? innerException)
        : base(message, innerException) => (TypeName, RemoteStackTrace) = (typeName, remoteStackTrace ?? "");

    /// <summary>The full name of the type it stands for.</summary>
    public string TypeName { get; }

    /// <summary>Where it was thrown in the other process; empty if it was not thrown.</summary>
    public string RemoteStackTrace { get; }

    /// <summary>Everything known: the type it stands for, the message, the inner exceptions, the stack over there and here.</summary>
    public override string ToString() => $"{TypeName}, in another process: {base.ToString()}";
}
