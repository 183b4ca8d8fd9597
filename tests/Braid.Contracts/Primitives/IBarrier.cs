namespace Braid.Contracts;

/// <summary>A meeting point, of threads or of processes: what a contract sees of it.</summary>
public interface IBarrier
{
    int Parties { get; }

    int Waiting { get; }

    bool Broken { get; }

    int WaiterCount { get; }

    int Wait(CancellationToken token = default);

    bool TryWait(out int index, TimeSpan timeout, CancellationToken token = default);

    ValueTask<int> WaitAsync(CancellationToken token = default);

    ValueTask<(bool Success, int Index)> TryWaitAsync(TimeSpan timeout, CancellationToken token = default);

    void Abort();

    void Reset();

    int Release();
}

/// <summary>A meeting point of threads.</summary>
public sealed class ThreadBarrier(Threading.Barrier of) : IBarrier
{
    public int Parties => of.Parties;

    public int Waiting => of.Waiting;

    public bool Broken => of.Broken;

    public int WaiterCount => of.WaiterCount;

    public int Wait(CancellationToken token = default) => of.Wait(token);

    public bool TryWait(out int index, TimeSpan timeout, CancellationToken token = default) => of.TryWait(out index, timeout, token);

    public ValueTask<int> WaitAsync(CancellationToken token = default) => of.WaitAsync(token);

    public ValueTask<(bool Success, int Index)> TryWaitAsync(TimeSpan timeout, CancellationToken token = default) => of.TryWaitAsync(timeout, token);

    public void Abort() => of.Abort();

    public void Reset() => of.Reset();

    public int Release() => of.Release();

    public override string ToString() => of.ToString();
}

/// <summary>A meeting point of processes.</summary>
public sealed class ProcessBarrier(Multiprocessing.Barrier of) : IBarrier
{
    public int Parties => of.Parties;

    public int Waiting => of.Waiting;

    public bool Broken => of.Broken;

    public int WaiterCount => of.WaiterCount;

    public int Wait(CancellationToken token = default) => of.Wait(token);

    public bool TryWait(out int index, TimeSpan timeout, CancellationToken token = default) => of.TryWait(out index, timeout, token);

    public ValueTask<int> WaitAsync(CancellationToken token = default) => of.WaitAsync(token);

    public ValueTask<(bool Success, int Index)> TryWaitAsync(TimeSpan timeout, CancellationToken token = default) => of.TryWaitAsync(timeout, token);

    public void Abort() => of.Abort();

    public void Reset() => of.Reset();

    public int Release() => of.Release();

    public override string ToString() => of.ToString();
}
