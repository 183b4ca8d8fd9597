using Braid.Checking.Engine;

namespace Braid.Checking.Hooks;

/// <summary>A ConcurrentQueue: each call is one step, and whoever takes or looks knows what those did who put in.</summary>
internal sealed class QueueResource : Resource
{
    private int _changes;

    public override string Noun => "queue";

    public static void Change(ControlledThread thread, object queue, int site)
    {
        if (!thread.Execution.Ending)
        {
            QueueResource resource = Of(thread, queue);
            thread.Step(OperationKind.Update, resource, site);
            resource._changes++;
            resource.AcquireBy(thread);
            resource.ReleaseBy(thread);
        }
    }

    public static void Look(ControlledThread thread, object queue, int site)
    {
        if (!thread.Execution.Ending)
        {
            Of(thread, queue).LookBy(thread, OperationKind.Read, site);
        }
    }

    /// <summary>Takes, if there is something: else it has only looked.</summary>
    /// <param name="thread">Who takes.</param>
    /// <param name="queue">The queue.</param>
    /// <param name="isEmpty">Asked when it is this thread's turn.</param>
    /// <param name="site">Where in the code.</param>
    public static void Take(ControlledThread thread, object queue, Func<bool> isEmpty, int site)
    {
        if (!thread.Execution.Ending)
        {
            QueueResource resource = Of(thread, queue);
            resource.LookBy(thread, OperationKind.Update, site);
            if (!isEmpty())
            {
                resource._changes++;
                resource.ReleaseBy(thread);
            }
        }
    }

    private void LookBy(ControlledThread thread, OperationKind kind, int site)
    {
        if (thread.NoSwitch == 0 && thread.IsSpinningOn(this, _changes, site))
        {
            thread.Execution.Yielding(thread);
        }

        thread.Step(kind, this, site);
        AcquireBy(thread);
    }

    private static QueueResource Of(ControlledThread thread, object queue) =>
        thread.Execution.Resources.Get(queue ?? throw new NullReferenceException(), thread.Execution, static _ => new QueueResource());
}
