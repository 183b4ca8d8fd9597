using Braid.Threading;

namespace Braid.Python;

/// <summary>A lock that any thread of the client may release: it belongs to the client's process, or else to the connection.</summary>
/// <remarks>
/// If that ends while it holds the lock, the lock is released, and the next client simply gets it: Python has no exception that says "you
/// have it, but its last holder died". The server's program is told by <see cref="ManagerServer.LockAbandoned"/>.
/// </remarks>
internal sealed class LockReferent(string typeid, ILock mutex, Action<Referent, string> onAbandoned) : Referent<LockReferent>(typeid), IHeld
{
    private static readonly MethodTable<LockReferent> s_methods = new MethodTable<LockReferent>()
        .Add(
            "acquire",
            "blocking=True, timeout=None",
            static (self, caller, a) => (object)self.Acquire(caller, Served.AcquireTime(a[0], a[1])))
        .Add("release", "", static (self, _, _) => self.Release())
        .Add("locked", "", static (self, _, _) => (object)self._mutex.Locked);

    private readonly ILock _mutex = mutex;
    private readonly Threading.Lock _gate = Threading.Lock.OfBraid();
    private Holdings? _holder;   // guarded by _gate: the client that holds it; null if none does

    public override object Target => _mutex;

    protected override MethodTable<LockReferent> Methods => s_methods;

    void IHeld.Abandon(Holdings holder)
    {
        using (_gate.EnterScope())
        {
            if (_holder != holder)
            {
                return;   // it was released meanwhile, or another client has it
            }

            _holder = null;
            _mutex.Release();            // here, since who acquires it then is noted under the gate
        }

        onAbandoned(this, holder.ToString());
    }

    private bool Acquire(Caller caller, TimeSpan timeout)
    {
        if (!Served.TryAcquire(_mutex, caller, timeout, () => onAbandoned(this, "a process of the server's program")))
        {
            return false;
        }

        using (_gate.EnterScope())
        {
            if (caller.Holder.TryAdd(this))
            {
                _holder = caller.Holder;
                return true;
            }
        }

        _mutex.Release();
        throw new CallerGoneException();
    }

    private void Release()
    {
        using Threading.Scope scope = _gate.EnterScope();
        try
        {
            _mutex.Release();
        }
        catch (SynchronizationLockException)
        {
            throw Exceptions.Make("RuntimeError", "release unlocked lock");
        }

        _holder?.Remove(this);
        _holder = null;
    }
}
