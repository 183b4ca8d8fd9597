using Braid.Checking.Engine;

namespace Braid.Checking.Hooks;

/// <summary>
/// CancellationTokenRegistration: Dispose waits for the registration's callback if that runs on another thread; Unregister does not.
/// </summary>
[Hooks(typeof(CancellationTokenRegistration), Allowed = ["get_Token", "Equals", "GetHashCode", "op_Equality", "op_Inequality"])]
internal static class CancellationTokenRegistrationHooks
{
    public static bool Unregister(ref CancellationTokenRegistration self, ControlledThread thread, int site)
    {
        if (!thread.Execution.Ending && Of(thread, self) is { } source)
        {
            thread.Step(OperationKind.Update, source, site);
        }

        return self.Unregister();
    }

    public static void Dispose(ref CancellationTokenRegistration self, ControlledThread thread, int site)
    {
        if (Unregister(ref self, thread, site) || thread.Execution.Ending
            || Of(thread, self)?.FindBegunElsewhere(thread, self) is not { } run)
        {
            return;
        }

        if (!run.HasEnded)
        {
            thread.Await(OperationKind.Join, run, site, interruptible: false);
        }

        // Also if it had ended before: .NET checks that, and so learns what the callback did.
        run.AcquireBy(thread);
    }

    /// <summary>Waits as <see cref="Dispose"/> does: code that awaits the result could do nothing before that either.</summary>
    public static ValueTask DisposeAsync(ref CancellationTokenRegistration self, ControlledThread thread, int site)
    {
        Dispose(ref self, thread, site);
        return default;
    }

    private static TokenSource? Of(ControlledThread thread, CancellationTokenRegistration registration)
    {
        CancellationToken token = registration.Token;
        return TokenSource.Of(thread, ref token);
    }
}
