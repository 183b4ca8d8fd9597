namespace Braid.Python;

/// <summary>A Lock, Semaphore or BoundedSemaphore of a manager's server.</summary>
/// <remarks>
/// A server of Braid releases what a client holds when the client ends; one of CPython does not. Python counterpart:
/// <c>AcquirerProxy</c>.
/// </remarks>
public sealed class LockProxy : AcquirerProxy
{
    internal LockProxy(ProxyReference reference)
        : base(reference, belongsToThread: false)
    {
    }

    /// <summary>Gives back several permits of a semaphore.</summary>
    /// <param name="n">How many.</param>
    /// <exception cref="SemaphoreFullException">There would be more permits than the semaphore may have.</exception>
    /// <inheritdoc cref="AcquirerProxy.Release()" path="/exception"/>
    public void Release(int n)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(n, 1);
        Release([n]);
    }

    private protected override Exception Refused(PythonException exception) =>
        exception.Type is { Module: "builtins", Name: "ValueError" }
            ? new SemaphoreFullException(exception.Message, exception)
            : base.Refused(exception);
}
