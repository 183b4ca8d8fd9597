using System.Runtime.InteropServices;

namespace Braid.Multiprocessing;

/// <summary>The end of a process, as something that <see cref="Connection.Wait"/> can wait for.</summary>
/// <remarks>
/// A waiter sleeps on a word of this process's own memory, beside the words of connections. The word is written after the future is done,
/// and a wait checks the future before it sleeps on the old value of the word, so no end is missed.
/// </remarks>
internal sealed unsafe class Sentinel : IWaitable, ISharedRule
{
    private readonly Futures.Future _ended;
    private readonly int[] _word = GC.AllocateArray<int>(1, pinned: true);   // 0, then 1 forever; by the thread that ends the future

    public Sentinel(Futures.Future ended)
    {
        _ended = ended;
        ended.AddDoneCallback(_ => Ring());
    }

    private int* Word => (int*)Marshal.UnsafeAddrOfPinnedArrayElement(_word, 0);

    ISharedRule IWaitable.NewWait() => this;   // it takes nothing, so one rule serves all waits

    ValueTask<bool> IWaitable.WhenReadyAsync(TimeSpan timeout, CancellationToken token) => _ended.WaitUntilDoneAsync(timeout, token);

    bool ISharedRule.TryTake(out FutexPoint sleepOn)
    {
        sleepOn = new FutexPoint(Word, 0);
        return _ended.Done;
    }

    void ISharedRule.GiveUp()
    {
    }

    /// <summary>Whether the process has ended.</summary>
    public override string ToString() => $"Sentinel, the process has {(_ended.Done ? "ended" : "not ended")}";

    private void Ring()
    {
        Volatile.Write(ref _word[0], 1);   // before the wake; the kernel compares the word, so a sleep that starts now returns at once
        Futex.Wake(Word, int.MaxValue);
        GC.KeepAlive(this);
    }
}
