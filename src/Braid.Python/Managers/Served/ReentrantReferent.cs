using Braid.Threading;

namespace Braid.Python;

/// <summary>A lock that belongs to the thread that has acquired it: of the client, whose connection one thread serves here.</summary>
internal sealed class ReentrantReferent(string typeid, ILock mutex, Action<Referent, string> onAbandoned)
    : Referent<ReentrantReferent>(typeid)
{
    private static readonly MethodTable<ReentrantReferent> s_methods = new MethodTable<ReentrantReferent>()
        .Add(
            "acquire",
            "blocking=True, timeout=None",
            static (self, caller, a) => (object)self.Acquire(caller, Served.AcquireTime(a[0], a[1])))
        .Add("release", "", static (self, caller, _) => self.Release(caller));

    private readonly ILock _mutex = mutex;

    public override object Target => _mutex;

    protected override MethodTable<ReentrantReferent> Methods => s_methods;

    private bool Acquire(Caller caller, TimeSpan timeout)
    {
        if (!Served.TryAcquire(_mutex, caller, timeout, () => onAbandoned(this, "a process of the server's program")))
        {
            return false;
        }

        caller.AddReentrant(_mutex, _mutex.Release, this);
        return true;
    }

    private void Release(Caller caller)
    {
        try
        {
            _mutex.Release();
        }
        catch (SynchronizationLockException)
        {
            throw Exceptions.Make("RuntimeError", "cannot release un-acquired lock");
        }

        caller.RemoveReentrant(_mutex);
    }
}
