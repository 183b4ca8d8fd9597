using Braid.Threading;

namespace Braid.Python;

/// <summary>A condition, whose lock belongs to the thread that has acquired it.</summary>
internal sealed class ConditionReferent(string typeid, ICondition condition, Action<Referent, string> onAbandoned)
    : Referent<ConditionReferent>(typeid)
{
    private static readonly MethodTable<ConditionReferent> s_methods = new MethodTable<ConditionReferent>()
        .Add(
            "acquire",
            "blocking=True, timeout=None",
            static (self, caller, a) => (object)self.Acquire(caller, Served.AcquireTime(a[0], a[1])))
        .Add("release", "", static (self, caller, _) => self.Release(caller))
        .Add("wait", "timeout=None", static (self, caller, a) => (object)self.Wait(caller, Arguments.Time(a[0])))
        .Add("notify", "n=1", static (self, _, a) => self.Notify(Arguments.Int(a[0], "n")))
        .Add("notify_all", "", static (self, _, _) => self.Notify(int.MaxValue));

    private readonly ICondition _condition = condition;

    public override object Target => _condition;

    protected override MethodTable<ConditionReferent> Methods => s_methods;

    private bool Acquire(Caller caller, TimeSpan timeout)
    {
        if (!Served.TryAcquire(_condition, caller, timeout, () => onAbandoned(this, "a process of the server's program")))
        {
            return false;
        }

        caller.AddReentrant(this, _condition.Release);
        return true;
    }

    private void Release(Caller caller)
    {
        Checked("release", _condition.Release);
        caller.RemoveReentrant(this);
    }

    /// <remarks>A client that goes while it waits has acquired the lock again: the end of its connection releases it.</remarks>
    private bool Wait(Caller caller, TimeSpan timeout)
    {
        bool isNotified = false;
        Checked("wait on", () => isNotified = caller.WhilePresent(token => _condition.TryWait(timeout, token)));
        return isNotified;
    }

    private void Notify(long n)
    {
        if (n > 0)
        {
            Checked("notify on", () => _condition.Notify((int)Math.Min(n, int.MaxValue)));
        }
        else
        {
            Checked("notify on", () => _condition.Notify(0));
        }
    }

    private static void Checked(string what, Action act)
    {
        try
        {
            act();
        }
        catch (SynchronizationLockException)
        {
            throw Exceptions.Make("RuntimeError", $"cannot {what} un-acquired lock");
        }
    }
}
