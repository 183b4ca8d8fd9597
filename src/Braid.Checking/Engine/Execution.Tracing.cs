using Braid.Checking.Hooks;
using Braid.Checking.Memory;

namespace Braid.Checking.Engine;

/// <content>Records what steps touch, for a search that skips orders which make no difference.</content>
/// <remarks>
/// Whatever is not listed here counts as unknown, and makes the search give up: time, tasks, loops that wait for other threads, every
/// operation that the run counts, and each kind of object whose state may depend on other objects.
/// </remarks>
internal sealed partial class Execution
{
    /// <summary>Records that the thread touches an object in its step.</summary>
    public void Touch(ControlledThread thread, Resource? target, bool reads)
    {
        if (Trace is { } trace && !Ending)
        {
            MarkIfUnknown(trace, target);
            trace.Touch(thread.Index, target, reads);
        }
    }

    /// <summary>Records that the thread calls a member that reads or writes a range of memory in its step.</summary>
    public void TouchRange(ControlledThread thread, bool writes)
    {
        if (writes)
        {
            TouchUnknown("a range of memory that is written");
        }
        else if (!Ending)
        {
            Trace?.ReadRange(thread.Index);
        }
    }

    /// <summary>Called when an object gets a state in this run.</summary>
    public void TraceCreation(Resource made)
    {
        if (Trace is { } trace && !Ending)
        {
            MarkIfUnknown(trace, made);
        }
    }

    /// <summary>Records that the run does something with unknown effects.</summary>
    public void TouchUnknown(string what) => Trace?.MarkUnknown(what);

    /// <summary>Records that a thread takes a step.</summary>
    private void TraceStep(ControlledThread thread, in Operation operation)
    {
        if (Trace is not { } trace || Ending)
        {
            return;
        }

        Resource? target = operation.Kind == OperationKind.Start ? thread.End : operation.Target;
        MarkIfUnknown(trace, target);
        if (operation.Kind is not (OperationKind.Start or OperationKind.Read or OperationKind.Write or OperationKind.Update
            or OperationKind.Acquire or OperationKind.TryAcquire or OperationKind.Release or OperationKind.Join or OperationKind.Spawn
            or OperationKind.Complete or OperationKind.Fence))
        {
            trace.MarkUnknown(operation.Kind.ToString());
        }

        trace.Begin(thread.Index, target, operation.Kind == OperationKind.Read);
    }

    private static void MarkIfUnknown(StepTrace trace, Resource? target)
    {
        if (target is not (null or Variable or ThreadEnd or EndOfProgram)
            && target.GetType() != typeof(LockResource) && target is not MonitorResource)
        {
            trace.MarkUnknown(target.Noun);
        }
    }

    /// <summary>Ends the trace, in the middle of a step of the thread that runs.</summary>
    /// <param name="isCut">Whether threads could have continued.</param>
    private void EndTrace(bool isCut)
    {
        if (Trace is not { } trace || Ending)
        {
            return;
        }

        if (Clock.WasUsed)
        {
            trace.MarkUnknown("time");
        }

        if (Settings.MemoryModel != MemoryModel.Sequential)
        {
            trace.MarkUnknown("store buffers");
        }

        if (HoldsLoopsBack)
        {
            trace.MarkUnknown("loops");
        }

        if (!isCut)
        {
            return;
        }

        trace.EndIn(ControlledThread.Current?.Index ?? 0);
        for (int i = 0; i < _aliveCount; i++)
        {
            ControlledThread thread = _alive[i];
            trace.Leave(
                thread.Index,
                thread.Pending.Kind == OperationKind.Start ? thread.End : thread.Pending.Target,
                thread.Pending.Kind == OperationKind.Read);
        }
    }
}
