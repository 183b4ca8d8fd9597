namespace Braid.Contracts;

/// <summary>A lock with a waiting room, of threads or of processes: what a contract sees of it.</summary>
public interface ICondition
{
    bool Locked { get; }

    int WaiterCount { get; }

    void Acquire(CancellationToken token = default);

    bool TryAcquire(TimeSpan timeout = default, CancellationToken token = default);

    ValueTask AcquireAsync(CancellationToken token = default);

    ValueTask<bool> TryAcquireAsync(TimeSpan timeout, CancellationToken token = default);

    void Release();

    Threading.Scope EnterScope(CancellationToken token = default);

    ValueTask<Threading.AsyncScope> EnterScopeAsync(CancellationToken token = default);

    void Wait(CancellationToken token = default);

    bool TryWait(TimeSpan timeout, CancellationToken token = default);

    ValueTask WaitAsync(CancellationToken token = default);

    ValueTask<bool> TryWaitAsync(TimeSpan timeout, CancellationToken token = default);

    void WaitFor(Func<bool> predicate, CancellationToken token = default);

    bool TryWaitFor(Func<bool> predicate, TimeSpan timeout, CancellationToken token = default);

    ValueTask WaitForAsync(Func<bool> predicate, CancellationToken token = default);

    ValueTask<bool> TryWaitForAsync(Func<bool> predicate, TimeSpan timeout, CancellationToken token = default);

    void Notify(int n = 1);

    void NotifyAll();
}

/// <summary>A lock with a waiting room of threads.</summary>
public sealed class ThreadCondition(Threading.Condition of) : ICondition
{
    public bool Locked => of.Locked;

    public int WaiterCount => of.WaiterCount;

    public void Acquire(CancellationToken token = default) => of.Acquire(token);

    public bool TryAcquire(TimeSpan timeout = default, CancellationToken token = default) => of.TryAcquire(timeout, token);

    public ValueTask AcquireAsync(CancellationToken token = default) => of.AcquireAsync(token);

    public ValueTask<bool> TryAcquireAsync(TimeSpan timeout, CancellationToken token = default) => of.TryAcquireAsync(timeout, token);

    public void Release() => of.Release();

    public Threading.Scope EnterScope(CancellationToken token = default) => of.EnterScope(token);

    public ValueTask<Threading.AsyncScope> EnterScopeAsync(CancellationToken token = default) => of.EnterScopeAsync(token);

    public void Wait(CancellationToken token = default) => of.Wait(token);

    public bool TryWait(TimeSpan timeout, CancellationToken token = default) => of.TryWait(timeout, token);

    public ValueTask WaitAsync(CancellationToken token = default) => of.WaitAsync(token);

    public ValueTask<bool> TryWaitAsync(TimeSpan timeout, CancellationToken token = default) => of.TryWaitAsync(timeout, token);

    public void WaitFor(Func<bool> predicate, CancellationToken token = default) => of.WaitFor(predicate, token);

    public bool TryWaitFor(Func<bool> predicate, TimeSpan timeout, CancellationToken token = default) => of.TryWaitFor(predicate, timeout, token);

    public ValueTask WaitForAsync(Func<bool> predicate, CancellationToken token = default) => of.WaitForAsync(predicate, token);

    public ValueTask<bool> TryWaitForAsync(Func<bool> predicate, TimeSpan timeout, CancellationToken token = default) => of.TryWaitForAsync(predicate, timeout, token);

    public void Notify(int n = 1) => of.Notify(n);

    public void NotifyAll() => of.NotifyAll();
}

/// <summary>A lock with a waiting room of processes.</summary>
public sealed class ProcessCondition(Multiprocessing.Condition of) : ICondition
{
    public bool Locked => of.Locked;

    public int WaiterCount => of.WaiterCount;

    public void Acquire(CancellationToken token = default) => of.Acquire(token);

    public bool TryAcquire(TimeSpan timeout = default, CancellationToken token = default) => of.TryAcquire(timeout, token);

    public ValueTask AcquireAsync(CancellationToken token = default) => of.AcquireAsync(token);

    public ValueTask<bool> TryAcquireAsync(TimeSpan timeout, CancellationToken token = default) => of.TryAcquireAsync(timeout, token);

    public void Release() => of.Release();

    public Threading.Scope EnterScope(CancellationToken token = default) => of.EnterScope(token);

    public ValueTask<Threading.AsyncScope> EnterScopeAsync(CancellationToken token = default) => of.EnterScopeAsync(token);

    public void Wait(CancellationToken token = default) => of.Wait(token);

    public bool TryWait(TimeSpan timeout, CancellationToken token = default) => of.TryWait(timeout, token);

    public ValueTask WaitAsync(CancellationToken token = default) => of.WaitAsync(token);

    public ValueTask<bool> TryWaitAsync(TimeSpan timeout, CancellationToken token = default) => of.TryWaitAsync(timeout, token);

    public void WaitFor(Func<bool> predicate, CancellationToken token = default) => of.WaitFor(predicate, token);

    public bool TryWaitFor(Func<bool> predicate, TimeSpan timeout, CancellationToken token = default) => of.TryWaitFor(predicate, timeout, token);

    public ValueTask WaitForAsync(Func<bool> predicate, CancellationToken token = default) => of.WaitForAsync(predicate, token);

    public ValueTask<bool> TryWaitForAsync(Func<bool> predicate, TimeSpan timeout, CancellationToken token = default) => of.TryWaitForAsync(predicate, timeout, token);

    public void Notify(int n = 1) => of.Notify(n);

    public void NotifyAll() => of.NotifyAll();
}
