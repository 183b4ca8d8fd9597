using Braid.Checking.Memory;

namespace Braid.Checking.Engine;

/// <content>Scheduling points: a hook announces a step by one of these methods, and takes it when the method returns.</content>
internal sealed partial class ControlledThread
{
    /// <summary>A scheduling point before an operation that never waits.</summary>
    public void Step(OperationKind kind, Resource? target, int site)
    {
        ApplyFence(kind);
        if (NoSwitch == 0)
        {
            Pending = new Operation(kind, target, site);
            Release(WakeReason.Proceeded);
            Execution.Schedule(this);
            if (kind != OperationKind.Yield && kind != OperationKind.Read)
            {
                EndYields();
            }
        }
        else
        {
            Execution.Touch(this, target, reads: kind == OperationKind.Read);
        }

        Calling?.Begin();
        Execution.Recorder?.Step(this, new Operation(kind, target, site));
    }

    /// <summary>
    /// Enters a call of a scenario. A scheduling point only if some run has made a call without any other: nothing could delay that call
    /// otherwise.
    /// </summary>
    public void StepInto(Linearizability.CallRecord call)
    {
        Calling = call;
        if (Execution.Points.Contains(Points.OfCall))
        {
            Pending = new Operation(OperationKind.Call, call, Memory.Sites.Engine);
            Release(WakeReason.Proceeded);
            Execution.Schedule(this);
            call.Begin();
        }
    }

    /// <summary>
    /// Records an operation that is no scheduling point, because its order among the steps of other threads cannot matter.
    /// </summary>
    public void RecordOnly(OperationKind kind, Resource? target, int site)
    {
        ApplyFence(kind);
        Execution.CountTick();
        Execution.Touch(this, target, reads: kind == OperationKind.Read);
        if (kind is not (OperationKind.Read or OperationKind.Write))
        {
            Calling?.Begin();
        }

        Execution.Recorder?.Step(this, new Operation(kind, target, site));
    }

    /// <summary>
    /// Releases something. A scheduling point only if some run has tried to acquire without waiting, or if others can acquire before this
    /// release: then it does not order them, and a run should show that.
    /// </summary>
    public void StepRelease(OperationKind kind, Resource target, int site, bool othersCanTake = false)
    {
        if ((othersCanTake || Execution.Points.Releases) && !Execution.Ending)
        {
            Step(kind, target, site);
        }
        else
        {
            RecordOnly(kind, target, site);
        }
    }

    /// <summary>
    /// Releases a permit. Also a scheduling point once a run has used the result of such a call, which depends on the order of releases.
    /// </summary>
    public void StepGive(Resource target, int site, bool othersCanTake)
    {
        if ((Sites.Traits(site) & SiteTraits.Ignored) == 0)
        {
            Execution.Find(Points.OfGiving);
        }

        StepRelease(OperationKind.Give, target, site, othersCanTake || Execution.Points.Contains(Points.OfGiving));
    }

    /// <summary>
    /// A scheduling point before an operation whose outcome differs before and after a release: an attempt that does not wait, the disposal
    /// of an object.
    /// </summary>
    public void StepAttempt(OperationKind kind, Resource? target, int site)
    {
        Execution.Discovered.Releases = true;
        Step(kind, target, site);
    }

    /// <summary>
    /// A scheduling point before a wait checks whether its object is disposed or its token cancelled; only once a run has disposed of an
    /// object or cancelled a token.
    /// </summary>
    public void StepCheck(Resource target, int site, bool hasToken = false)
    {
        if (Execution.Points.Contains(Points.OfDisposal) || (hasToken && Execution.Points.Contains(Points.OfCancellation)))
        {
            Step(OperationKind.Read, target, site);
        }
    }

    /// <summary>A scheduling point before an operation that waits until its target permits it.</summary>
    /// <param name="kind">The operation.</param>
    /// <param name="target">Decides when the operation is possible.</param>
    /// <param name="site">The site in the code.</param>
    /// <param name="timeout">
    /// Ticks until the wait times out; <see cref="Time.Infinite"/> for no limit. With 0 it times out at once, unless the target permits the
    /// operation.
    /// </param>
    /// <param name="interruptible">Whether Thread.Interrupt ends the wait.</param>
    /// <returns>Why the wait ended. Only after <see cref="WakeReason.Proceeded"/> may the operation be done.</returns>
    public WakeReason Await(OperationKind kind, Resource target, int site, long timeout = Time.Infinite, bool interruptible = true)
    {
        ApplyFence(kind);
        Pending = new Operation(kind, target, site);
        BeginWait();
        if (NoSwitch > 0 && target.CanProceed(this))
        {
            Execution.Touch(this, target, reads: false);
            Calling?.Begin();
            Execution.Recorder?.Step(this, Pending);
            return WakeReason.Proceeded;
        }

        WaitTick = Execution.Tick;
        Interruptible = interruptible;
        if (timeout == 0 && !target.CanProceed(this))
        {
            target.TimedOut(this);
        }
        else if (timeout != Time.Infinite)
        {
            Execution.Discovered.Releases = true;
            Alarm = Execution.Clock.Set(timeout, OnTimeout);
        }

        if (!target.CanProceed(this))
        {
            if (interruptible && InterruptPending)
            {
                target.Interrupted(this);
            }
            else if (Alarm is null)
            {
                Execution.CheckForCycle(this);
            }
        }

        try
        {
            Execution.Schedule(this);
            if (_isLate && !Released && !target.CanProceed(this))
            {
                target.TimedOut(this);
            }
            else if (Interruptible && InterruptPending && !Released && !target.CanProceed(this))
            {
                // The interrupt arrived while it could still continue; then another thread took what it waits for.
                target.Interrupted(this);
            }
        }
        finally
        {
            Interruptible = false;
            _isLate = false;
            if (Alarm is { } alarm)
            {
                Alarm = null;
                Execution.Clock.Cancel(alarm);
            }
        }

        EndYields();
        Calling?.Begin();
        Execution.Recorder?.Step(this, Pending);
        if (Reason == WakeReason.TimedOut)
        {
            Outcome("timed out");
        }
        else if (Reason == WakeReason.Interrupted)
        {
            InterruptPending = false;
            Outcome("interrupted");
        }
        else if (Reason == WakeReason.Cancelled)
        {
            Outcome("cancelled");
        }

        return Reason;
    }

    /// <summary>Like <see cref="Await"/>, but an interrupt throws as it does in .NET.</summary>
    /// <returns>Whether the operation may be done; false after a timeout.</returns>
    public bool AwaitOrThrow(OperationKind kind, Resource target, int site, long timeout = Time.Infinite) =>
        Await(kind, target, site, timeout) switch
        {
            WakeReason.Interrupted => throw new ThreadInterruptedException(),
            var reason => reason == WakeReason.Proceeded,
        };

    /// <summary>
    /// A scheduling point before acquiring something: as an attempt that does not wait, within a time limit, or without a limit.
    /// </summary>
    /// <returns>Whether the thread may acquire it now.</returns>
    public bool TryTake(Resource target, OperationKind waiting, OperationKind trying, long timeout, int site)
    {
        if (timeout != 0)
        {
            return AwaitOrThrow(waiting, target, site, timeout);
        }

        StepAttempt(trying, target, site);
        bool taken = target.CanProceed(this);
        if (!taken)
        {
            Outcome("false");
        }

        return taken;
    }

    /// <summary>Yields: other threads may go first, and in a loop they do.</summary>
    public void Yield(int site, OperationKind kind = OperationKind.Yield)
    {
        if (NoSwitch == 0 && YieldsAgainAt(site))
        {
            Execution.OnYield(this);
        }

        Step(kind, null, site);
    }

    /// <summary>Interrupts this thread; called by another one.</summary>
    public void Interrupt()
    {
        Execution.TouchUnknown("interrupts");
        InterruptPending = true;
        if (Interruptible && !Released && Pending.Target is { } target && !target.CanProceed(this))
        {
            target.Interrupted(this);
        }
    }

    /// <summary>Adds the outcome of the last step to the report.</summary>
    public void Outcome(string text) => Execution.Recorder?.Outcome(this, text);

    /// <summary>Forgets the writes before a full fence: anything but a plain, volatile or buffered access is one.</summary>
    private void ApplyFence(OperationKind kind)
    {
        if (kind is not (OperationKind.Read or OperationKind.Write or OperationKind.Buffer) && Unfenced.Count > 0)
        {
            Unfenced.Clear();
        }
    }

    private void OnTimeout()
    {
        Alarm = null;
        if (!Released && Pending.Target is { } target)
        {
            if (target.CanProceed(this))
            {
                _isLate = true;
            }
            else
            {
                target.TimedOut(this);
            }
        }
    }
}
