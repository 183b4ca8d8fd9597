using Braid.Checking.Engine;

namespace Braid.Checking.Hooks;

/// <summary>The lock under which a lazy value is made, and what the thread that makes it publishes.</summary>
internal sealed class LazyResource() : LockResource("lazy value")
{
    public static LazyResource Of(ControlledThread thread, object lazy) =>
        thread.Execution.Resources.Get(lazy, thread.Execution, static _ => new LazyResource());

    /// <summary>A scheduling point before a check whether the value is there.</summary>
    public void Check(ControlledThread thread, int site)
    {
        thread.Step(OperationKind.Read, this, site);
        AcquireBy(thread);
    }
}
