using Braid.Checking.Engine;

namespace Braid.Checking.Hooks;

/// <summary>A wait that a cancellation token can end.</summary>
/// <remarks>
/// The registration is made while nobody else runs and taken back by whoever has waited. The callback runs inside of the step that cancels,
/// and only says that the wait is over. What was waited for may be there by then too: then callers take it, as .NET does.
/// </remarks>
internal static class CancellableWait
{
    /// <summary>As <see cref="ControlledThread.Await"/>; throws for an interrupt, and for a cancellation unless the target is there.</summary>
    /// <param name="thread">Who waits. The token must not be cancelled yet.</param>
    /// <param name="kind">What is done.</param>
    /// <param name="target">Says when it can be done.</param>
    /// <param name="site">Where in the code.</param>
    /// <param name="timeout">Ticks, or <see cref="Time.Infinite"/>.</param>
    /// <param name="token">What ends the wait.</param>
    /// <returns>Whether it may be done: false when the time is up.</returns>
    public static bool AwaitOrThrow(this ControlledThread thread, OperationKind kind, Resource target, int site, long timeout, CancellationToken token)
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
