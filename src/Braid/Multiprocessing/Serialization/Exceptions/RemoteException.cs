namespace Braid.Multiprocessing;

/// <summary>Stands for an exception of another process that cannot be rebuilt here: its type is none of this program's, or it holds what cannot travel.</summary>
/// <remarks>
/// <para>The message is that of the exception it stands for; <see cref="Exception.StackTrace"/> and <see cref="ToString"/> show where it was thrown over there.</para>
/// <para>Python counterpart: <c>multiprocessing.pool.RemoteTraceback</c>, and the error that <c>MaybeEncodingError</c> wraps.</para>
/// </remarks>
public sealed class RemoteException : ProcessException
{
    internal RemoteException(string typeName, string message, string? remoteStackTrace, Exception? innerException, string reason)
        : base(message, innerException) => (TypeName, RemoteStackTrace, Reason) = (typeName, remoteStackTrace ?? "", reason);

    /// <summary>The full name of the type it stands for.</summary>
    public string TypeName { get; }

    /// <summary>Where it was thrown in the other process; empty if it was not thrown.</summary>
    public string RemoteStackTrace { get; }

    /// <summary>Why it could not be rebuilt: it names the field that cannot travel, or the assembly that the program does not refer to.</summary>
    public string Reason { get; }

    /// <summary>Everything known: the type it stands for, the message, the inner exceptions, the stack over there and here, and why it is not that type.</summary>
    public override string ToString() => $"{TypeName}, in another process: {base.ToString()}{(Reason.Length == 0 ? "" : $"{Environment.NewLine}(Not rebuilt as its own type: {Reason})")}";
}
