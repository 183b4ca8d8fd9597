namespace Braid.Contracts;

/// <summary>A flag, of threads or of processes: what a contract sees of it.</summary>
public interface IEvent
{
    bool IsSet { get; }

    int WaiterCount { get; }

    void Set();

    void Clear();

    void Wait(CancellationToken token = default);

    bool TryWait(TimeSpan timeout, CancellationToken token = default);

    ValueTask WaitAsync(CancellationToken token = default);

    ValueTask<bool> TryWaitAsync(TimeSpan timeout, CancellationToken token = default);
}

/// <summary>A flag of threads.</summary>
public sealed class ThreadEvent(Threading.Event of) : IEvent
{
    public bool IsSet => of.IsSet;

    public int WaiterCount => of.WaiterCount;

    public void Set() => of.Set();

    public void Clear() => of.Clear();

    public void Wait(CancellationToken token = default) => of.Wait(token);

    public bool TryWait(TimeSpan timeout, CancellationToken token = default) => of.TryWait(timeout, token);

    public ValueTask WaitAsync(CancellationToken token = default) => of.WaitAsync(token);

    public ValueTask<bool> TryWaitAsync(TimeSpan timeout, CancellationToken token = default) => of.TryWaitAsync(timeout, token);

    public override string ToString() => of.ToString();
}

/// <summary>A flag of processes.</summary>
public sealed class ProcessEvent(Multiprocessing.Event of) : IEvent
{
    public bool IsSet => of.IsSet;

    public int WaiterCount => of.WaiterCount;

    public void Set() => of.Set();

    public void Clear() => of.Clear();

    public void Wait(CancellationToken token = default) => of.Wait(token);

    public bool TryWait(TimeSpan timeout, CancellationToken token = default) => of.TryWait(timeout, token);

    public ValueTask WaitAsync(CancellationToken token = default) => of.WaitAsync(token);

    public ValueTask<bool> TryWaitAsync(TimeSpan timeout, CancellationToken token = default) => of.TryWaitAsync(timeout, token);

    public override string ToString() => of.ToString();
}
