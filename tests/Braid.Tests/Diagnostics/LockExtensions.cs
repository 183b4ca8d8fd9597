using Braid.Threading;

namespace Braid.Tests;

/// <summary>A critical section as an expression.</summary>
internal static class LockExtensions
{
    public static void EnterScopeThen(this ILock mutex, Action action)
    {
        mutex.Acquire(CancellationToken.None);
        try
        {
            action();
        }
        finally
        {
            mutex.Release();
        }
    }
}
