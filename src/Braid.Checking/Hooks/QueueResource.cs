using Braid.Checking.Engine;

namespace Braid.Checking.Hooks;

/// <summary>
/// A ConcurrentQueue: each call is one step, and a thread that takes or reads learns what the threads that have changed the queue did.
/// </summary>
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

    public static void Read(ControlledThread thread, object queue, int site)
    {
        if (!thread.Execution.Ending)
        {
            Of(thread, queue).ReadBy(thread, OperationKind.Read, site);
        }
    }

    /// <summary>Takes an item if there is one; otherwise it has only read the queue.</summary>
    /// <param name="thread">The thread that takes.</param>
    /// <param name="queue">The queue.</param>
    /// <param name="isEmpty">Whether the queue is empty; called when it is this thread's turn.</param>
    /// <param name="site">The site of the call.</param>
    public static void Take(ControlledThread thread, object queue, Func<bool> isEmpty, int site)
    {
        if (!thread.Execution.Ending)
        {
            QueueResource resource = Of(thread, queue);
            resource.ReadBy(thread, OperationKind.Update, site);
            if (!isEmpty())
            {
                resource._changes++;
                resource.ReleaseBy(thread);
            }
        }
    }

    private void ReadBy(ControlledThread thread, OperationKind kind, int site)
    {
        if (thread.NoSwitch == 0 && thread.IsSpinningOn(this, _changes, site))
        {
            thread.Execution.OnYield(thread);
        }

        thread.Step(kind, this, site);
        AcquireBy(thread);
    }

    private static QueueResource Of(ControlledThread thread, object queue) =>
        thread.Execution.Resources.Get(queue ?? throw new NullReferenceException(), thread.Execution, static _ => new QueueResource());
}
