using Braid.Threading;

namespace Braid.Python;

/// <summary>
/// A semaphore. A client that ends gives back the permits that it took, once: a permit that another client has released no longer counts
/// as its taker's.
/// </summary>
internal sealed class SemaphoreReferent(string typeid, ISemaphore semaphore, Action<Referent, string> onAbandoned)
    : Referent<SemaphoreReferent>(typeid), IHeld
{
    private static readonly MethodTable<SemaphoreReferent> s_methods = new MethodTable<SemaphoreReferent>()
        .Add(
            "acquire",
            "blocking=True, timeout=None",
            static (self, caller, a) => (object)self.Acquire(caller, Served.AcquireTime(a[0], a[1])))
        .Add("release", "n=1", static (self, caller, a) => self.Release(caller, Arguments.Int32(a[0], "n")));

    private readonly ISemaphore _semaphore = semaphore;
    private readonly Threading.Lock _gate = Threading.Lock.OfBraid();
    private readonly Dictionary<Holdings, int> _taken = [];   // guarded by _gate: permits by their takers

    public override object Target => _semaphore;

    protected override MethodTable<SemaphoreReferent> Methods => s_methods;

    void IHeld.Abandon(Holdings holder)
    {
        int count;
        using (_gate.EnterScope())
        {
            if (!_taken.Remove(holder, out count))
            {
                return;
            }
        }

        try
        {
            _semaphore.Release(count);
        }
        catch (SemaphoreFullException)
        {
            return;                      // the program itself has released them meanwhile
        }

        onAbandoned(this, holder.ToString());
    }

    private bool Acquire(Caller caller, TimeSpan timeout)
    {
        bool isTaken = _semaphore.TryAcquire()
            || (timeout != TimeSpan.Zero && caller.WhilePresent(token => _semaphore.TryAcquire(timeout, token)));
        if (!isTaken)
        {
            return false;
        }

        using (_gate.EnterScope())
        {
            if (caller.Holder.TryAdd(this))
            {
                _taken[caller.Holder] = _taken.GetValueOrDefault(caller.Holder) + 1;
                return true;
            }
        }

        _semaphore.Release();
        throw new CallerGoneException();
    }

    private void Release(Caller caller, int n)
    {
        if (n < 1)
        {
            throw Exceptions.Make("ValueError", "n must be one or more");
        }

        using Threading.Scope scope = _gate.EnterScope();   // until it is noted who has released: who takes them then is noted after that
        try
        {
            _semaphore.Release(n);
        }
        catch (SemaphoreFullException)
        {
            throw Exceptions.Make("ValueError", "Semaphore released too many times");
        }

        for (int i = 0; i < n && _taken.Count > 0; i++)
        {
            Forget(_taken.ContainsKey(caller.Holder) ? caller.Holder : _taken.First().Key);
        }
    }

    private void Forget(Holdings holder)
    {
        if (_taken[holder] > 1)
        {
            _taken[holder]--;
            return;
        }

        _taken.Remove(holder);
        holder.Remove(this);
    }
}
