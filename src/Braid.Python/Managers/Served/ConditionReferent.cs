using Braid.Threading;

namespace Braid.Python;

/// <summary>A condition, whose lock belongs to the thread that has acquired it.</summary>
/// <param name="typeid">The name of its type.</param>
/// <param name="condition">The condition.</param>
/// <param name="mutex">Its lock, if clients can acquire that also by itself.</param>
/// <param name="onAbandoned">Called if its holder has died.</param>
internal sealed class ConditionReferent(string typeid, ICondition condition, object? mutex, Action<Referent, string> onAbandoned)
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
    private readonly object _mutex = mutex ?? condition;

    public override object Target => _condition;

    protected override MethodTable<ConditionReferent> Methods => s_methods;

    private bool Acquire(Caller caller, TimeSpan timeout)
    {
        if (!Served.TryAcquire(_condition, caller, timeout, () => onAbandoned(this, "a process of the server's program")))
        {
            return false;
        }

        caller.AddReentrant(_mutex, _condition.Release, this);
        return true;
    }

    private void Release(Caller caller)
    {
        Checked("release", _condition.Release);
        caller.RemoveReentrant(_mutex);
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
        int count = (int)Math.Clamp(n, 0, int.MaxValue);
        Checked("notify on", () => _condition.Notify(count));
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
