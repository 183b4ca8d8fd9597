using Braid.Checking.Engine;

namespace Braid.Checking.Hooks;

/// <summary>
/// Progress: without a context of the program, the core library would call the handlers on threads of its own pool, outside of control.
/// </summary>
[Hooks(typeof(Progress<>), Allowed = ["add_ProgressChanged", "remove_ProgressChanged"], RefusesDerived = true)]
internal static class ProgressHooks
{
    public static Progress<T> New<T>(ControlledThread thread, int site) => Make(static () => new Progress<T>(), site);

    public static Progress<T> New<T>(Action<T> handler, ControlledThread thread, int site) => Make(() => new Progress<T>(handler), site);

    private static Progress<T> Make<T>(Func<Progress<T>> make, int site)
    {
        SynchronizationContext? current = SynchronizationContext.Current;
        if (current is not null && current.GetType() != typeof(SynchronizationContext))
        {
            return make();
        }

        SynchronizationContext.SetSynchronizationContext(new PoolContext(site));
        try
        {
            return make();
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(current);
        }
    }

    /// <summary>Posts to the pool.</summary>
    /// <param name="site">Where the object was made: the core library does not say where it is used.</param>
    private sealed class PoolContext(int site) : SynchronizationContext
    {
        public override void Post(SendOrPostCallback d, object? state)
        {
            if (ControlledThread.Current is { Execution.Ending: false } thread)
            {
                ThreadPoolHooks.QueueUserWorkItem(_ => d(state), null, thread, site);
            }
        }
    }
}
