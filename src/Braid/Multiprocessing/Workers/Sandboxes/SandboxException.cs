namespace Braid.Multiprocessing;

/// <summary>
/// The innermost cause of an exception that left a process in a <see cref="Multiprocessing.Sandbox"/> after the system had refused it
/// something.
/// </summary>
public sealed class SandboxException : ProcessException
{
    /// <summary>Creates the exception.</summary>
    /// <param name="message">What happened.</param>
    /// <param name="sandbox">What the process was allowed.</param>
    public SandboxException(string message, Sandbox sandbox)
        : base(message) => Sandbox = sandbox;

    /// <summary>What the process was allowed.</summary>
    public Sandbox Sandbox { get; }
}
