using Braid.Checking.Memory;

namespace Braid.Checking.Engine;

/// <content>What hooks call: announce a step, and do it when these return.</content>
internal sealed partial class ControlledThread
{
    /// <summary>A scheduling point before something that never has to wait.</summary>
    public void Step(OperationKind kind, Resource? target, int site)
    {
        FencedBy(kind);
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

    /// <summary>Comes to a call of a scenario. A scheduling point only if some call has no other: then it could never be held up.</summary>
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

    /// <summary>Something that is no scheduling point, because its order to what the others do cannot matter there.</summary>
    public void Did(OperationKind kind, Resource? target, int site)
    {
        FencedBy(kind);
        Execution.CountTick();
        Execution.Touch(this, target, reads: kind == OperationKind.Read);
        if (kind is not (OperationKind.Read or OperationKind.Write))
        {
            Calling?.Begin();
        }

        Execution.Recorder?.Step(this, new Operation(kind, target, site));
    }

    /// <summary>Gives something back. A scheduling point only if some run has tried to take without waiting, or if others can take although this is not given back yet: then they are not ordered by it, and that is to be seen.</summary>
    public void StepRelease(OperationKind kind, Resource target, int site, bool othersCanTake = false)
    {
        if ((othersCanTake || Execution.Points.Releases) && !Execution.Ending)
        {
            Step(kind, target, site);
        }
        else
        {
            Did(kind, target, site);
        }
    }

    /// <summary>Gives a permit back. A scheduling point too if others who give one could be told by what is returned.</summary>
    public void StepGive(Resource target, int site, bool othersCanTake)
    {
        if ((Sites.Traits(site) & SiteTraits.Ignored) == 0)
        {
            Execution.Find(Points.OfGiving);
        }

        StepRelease(OperationKind.Give, target, site, othersCanTake || Execution.Points.Contains(Points.OfGiving));
    }

    /// <summary>A scheduling point before something that comes out differently before a release than after it: an attempt that does not wait, the disposal of an object.</summary>
    public void StepAttempt(OperationKind kind, Resource? target, int site)
    {
        Execution.Found.Releases = true;
        Step(kind, target, site);
    }

    /// <summary>A scheduling point before the look whether something is refused, because an object is disposed or a token cancelled; only once a run has done that to one.</summary>
    public void StepLook(Resource target, int site, bool hasToken = false)
    {
        if (Execution.Points.Contains(Points.OfDisposal) || (hasToken && Execution.Points.Contains(Points.OfCancellation)))
        {
            Step(OperationKind.Read, target, site);
        }
    }

    /// <summary>A scheduling point before something that waits until the target says it can be done.</summary>
    /// <param name="kind">What is done.</param>
    /// <param name="target">Says when it can be done.</param>
    /// <param name="site">Where in the code.</param>
    /// <param name="timeout">Ticks until the wait ends without it, <see cref="Time.Infinite"/> for never. 0 is an attempt: see <see cref="StepAttempt"/>.</param>
    /// <param name="interruptible">Whether Thread.Interrupt ends it.</param>
    /// <returns>Why the wait ended. Only after <see cref="WakeReason.Proceeded"/> may it be done.</returns>
    public WakeReason Await(OperationKind kind, Resource target, int site, long timeout = Time.Infinite, bool interruptible = true)
    {
        FencedBy(kind);
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
            Execution.Found.Releases = true;
            Alarm = Execution.Clock.Set(timeout, TimeIsUp);
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
                // The interrupt came while it could still have gone on; then another took what it waits for.
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

    /// <summary>As <see cref="Await"/>, and an interrupt throws what .NET throws.</summary>
    /// <returns>False when the time is up.</returns>
    public bool AwaitOrThrow(OperationKind kind, Resource target, int site, long timeout = Time.Infinite) =>
        Await(kind, target, site, timeout) switch
        {
            WakeReason.Interrupted => throw new ThreadInterruptedException(),
            var reason => reason == WakeReason.Proceeded,
        };

    /// <summary>A scheduling point before taking something: at once or not at all, within a time limit, or however long it takes.</summary>
    /// <returns>Whether it may be taken now.</returns>
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

    /// <summary>Lets others go first: at first they may, in a loop they do.</summary>
    public void Yield(int site, OperationKind kind = OperationKind.Yield)
    {
        if (NoSwitch == 0 && YieldsAgainAt(site))
        {
            Execution.Yielding(this);
        }

        Step(kind, null, site);
    }

    /// <summary>Another thread interrupts this one.</summary>
    public void Interrupt()
    {
        Execution.TouchUnknown("interrupts");
        InterruptPending = true;
        if (Interruptible && !Released && Pending.Target is { } target && !target.CanProceed(this))
        {
            target.Interrupted(this);
        }
    }

    /// <summary>For the report: what came of the last step.</summary>
    public void Outcome(string text) => Execution.Recorder?.Outcome(this, text);

    /// <summary>Everything but a plain or volatile access is a full fence.</summary>
    private void FencedBy(OperationKind kind)
    {
        if (kind is not (OperationKind.Read or OperationKind.Write or OperationKind.Buffer) && Unfenced.Count > 0)
        {
            Unfenced.Clear();
        }
    }

    private void TimeIsUp()
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
