using Braid.Checking.Engine;

namespace Braid.Checking.Hooks;

/// <summary>A wait that a cancellation token can end.</summary>
/// <remarks>
/// The registration is made while no other thread runs, and removed by the thread that has waited. The callback runs inside the step that
/// cancels, and only ends the wait. The target may be available by then too; callers take it in that case, as .NET does.
/// </remarks>
internal static class CancellableWait
{
    /// <summary>
    /// Like <see cref="ControlledThread.Await"/>, but throws on an interrupt, and on a cancellation unless the target is available.
    /// </summary>
    /// <param name="thread">The thread that waits.</param>
    /// <param name="kind">The operation that waits.</param>
    /// <param name="target">The resource, which decides when the thread can proceed.</param>
    /// <param name="site">The site of the wait.</param>
    /// <param name="timeout">Ticks, or <see cref="Time.Infinite"/>.</param>
    /// <param name="token">Ends the wait. It must not be cancelled yet.</param>
    /// <returns>True if the operation may proceed; false on a timeout.</returns>
    public static bool AwaitOrThrow(
        this ControlledThread thread, OperationKind kind, Resource target, int site, long timeout, CancellationToken token)
    {
        if (!token.CanBeCanceled)
        {
            return thread.AwaitOrThrow(kind, target, site, timeout);
        }

        CancellationTokenRegistration registration = token.UnsafeRegister(static state => Cancel((ControlledThread)state!), thread);
        try
        {
            bool proceeds = thread.AwaitOrThrow(kind, target, site, timeout);
            if (thread.Reason == WakeReason.Cancelled && !target.CanProceed(thread))
            {
                token.ThrowIfCancellationRequested();
            }

            return proceeds || thread.Reason == WakeReason.Cancelled;
        }
        finally
        {
            registration.Unregister();
        }
    }

    private static void Cancel(ControlledThread waiter)
    {
        if (ControlledThread.Current is { } by)
        {
            waiter.Clock.Join(by.Clock);
            by.Clock.Tick(by.Index);
        }

        waiter.Release(WakeReason.Cancelled);
    }
}
