namespace Braid.Multiprocessing;

/// <summary>
/// Stands in for an exception of another process that cannot be rebuilt here, because this program does not know its type or because it
/// holds something that cannot travel.
/// </summary>
/// <remarks>
/// <para>
/// The message is that of the exception it stands in for; <see cref="Exception.StackTrace"/> and <see cref="ToString"/> show where that
/// exception was thrown in the other process.
/// </para>
/// <para>Python counterpart: <c>multiprocessing.pool.RemoteTraceback</c>, and the error that <c>MaybeEncodingError</c> wraps.</para>
/// </remarks>
public sealed class RemoteException : ProcessException
{
    internal RemoteException(string typeName, string message, string? remoteStackTrace, Exception? innerException, string reason)
        : base(message, innerException) => (TypeName, RemoteStackTrace, Reason) = (typeName, remoteStackTrace ?? "", reason);

    /// <summary>The full name of the type it stands in for.</summary>
    public string TypeName { get; }

    /// <summary>Where it was thrown in the other process; empty if it was not thrown.</summary>
    public string RemoteStackTrace { get; }

    /// <summary>
    /// Why the exception could not be rebuilt: names the field that cannot travel, or the assembly that the program does not refer to.
    /// </summary>
    public string Reason { get; }

    /// <summary>
    /// All that is known: the original type, the message, the inner exceptions, both stacks, and why it does not have the original type.
    /// </summary>
    public override string ToString() =>
        $"{TypeName}, in another process: " +
        $"{base.ToString()}{(Reason.Length == 0 ? "" : $"{Environment.NewLine}(Not rebuilt as its own type: {Reason})")}";
}
