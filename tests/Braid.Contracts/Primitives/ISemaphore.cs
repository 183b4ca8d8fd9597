namespace Braid.Contracts;

/// <summary>A number of permits, of threads or of processes: what a contract sees of it.</summary>
public interface ISemaphore
{
    int Value { get; }

    bool Locked { get; }

    int WaiterCount { get; }

    void Acquire(CancellationToken token = default);

    bool TryAcquire(TimeSpan timeout = default, CancellationToken token = default);

    ValueTask AcquireAsync(CancellationToken token = default);

    ValueTask<bool> TryAcquireAsync(TimeSpan timeout, CancellationToken token = default);

    void Release(int n = 1);

    Threading.Scope EnterScope(CancellationToken token = default);

    ValueTask<Threading.AsyncScope> EnterScopeAsync(CancellationToken token = default);
}

/// <summary>A number of permits of threads.</summary>
public sealed class ThreadSemaphore(Threading.Semaphore of) : ISemaphore
{
    public int Value => of.Value;

    public bool Locked => of.Locked;

    public int WaiterCount => of.WaiterCount;

    public void Acquire(CancellationToken token = default) => of.Acquire(token);

    public bool TryAcquire(TimeSpan timeout = default, CancellationToken token = default) => of.TryAcquire(timeout, token);

    public ValueTask AcquireAsync(CancellationToken token = default) => of.AcquireAsync(token);

    public ValueTask<bool> TryAcquireAsync(TimeSpan timeout, CancellationToken token = default) => of.TryAcquireAsync(timeout, token);

    public void Release(int n = 1) => of.Release(n);

    public Threading.Scope EnterScope(CancellationToken token = default) => of.EnterScope(token);

    public ValueTask<Threading.AsyncScope> EnterScopeAsync(CancellationToken token = default) => of.EnterScopeAsync(token);

    public override string ToString() => of.ToString();
}

/// <summary>A number of permits of processes.</summary>
public sealed class ProcessSemaphore(Multiprocessing.Semaphore of) : ISemaphore
{
    public int Value => of.Value;

    public bool Locked => of.Locked;

    public int WaiterCount => of.WaiterCount;

    public void Acquire(CancellationToken token = default) => of.Acquire(token);

    public bool TryAcquire(TimeSpan timeout = default, CancellationToken token = default) => of.TryAcquire(timeout, token);

    public ValueTask AcquireAsync(CancellationToken token = default) => of.AcquireAsync(token);

    public ValueTask<bool> TryAcquireAsync(TimeSpan timeout, CancellationToken token = default) => of.TryAcquireAsync(timeout, token);

    public void Release(int n = 1) => of.Release(n);

    public Threading.Scope EnterScope(CancellationToken token = default) => of.EnterScope(token);

    public ValueTask<Threading.AsyncScope> EnterScopeAsync(CancellationToken token = default) => of.EnterScopeAsync(token);

    public override string ToString() => of.ToString();
}
