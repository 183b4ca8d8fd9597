namespace Braid.Python;

/// <summary>A lock of a manager's server that its holder can acquire again: it belongs to the thread that has acquired it.</summary>
/// <remarks>
/// It cannot be awaited, for that reason. A server of Braid releases it when the client ends; one of CPython does not. Python counterpart:
/// <c>AcquirerProxy</c>.
/// </remarks>
public sealed class RLockProxy : AcquirerProxy
{
    internal RLockProxy(ProxyReference reference)
        : base(reference, belongsToThread: true)
    {
    }
}
