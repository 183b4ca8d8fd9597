namespace Braid.Multiprocessing;

/// <summary>Something for which <see cref="Connection.Wait"/> can wait: a connection that receives, or the end of a process.</summary>
public interface IWaitable
{
    /// <summary>Creates a wait for it to be ready, which takes nothing.</summary>
    /// <exception cref="InvalidOperationException">It can never become ready.</exception>
    internal ISharedRule NewWait();

    /// <summary>Waits, without blocking the thread, until it is ready.</summary>
    /// <returns>False if the time was up.</returns>
    internal ValueTask<bool> WhenReadyAsync(TimeSpan timeout, CancellationToken token);
}

/// <summary>A blocking wait for any of several objects: sleeps in the kernel on all their words at once.</summary>
internal sealed unsafe class ManyWaits
{
    private readonly IWaitable[] _many;
    private readonly ISharedRule[] _rules;
    private readonly FutexPoint[] _points;
    private nint _word;   // one of the words slept on; written by the waiting thread, read by the canceller

    public ManyWaits(IWaitable[] many)
    {
        _many = many;
        _rules = [.. many.Select(static one => one.NewWait())];
        _points = new FutexPoint[many.Length];
    }

    public IReadOnlyList<IWaitable> Wait(Deadline deadline, CancellationToken token)
    {
        using CancellationTokenRegistration watch = token.UnsafeRegister(static waits => ((ManyWaits)waits!).Ring(), this);
        var ready = new List<IWaitable>();
        var waiting = new List<ISharedRule>();   // those whose last attempt failed
        ThreadWaiter shown = ThreadWaiter.BeginShared(this, "");
        bool hasSlept = false;
        try
        {
            while (true)
            {
                token.ThrowIfCancellationRequested();
                TryAll(ready, waiting);
                int left = deadline.MillisecondsLeft;
                if (ready.Count > 0 || left == 0)
                {
                    return ready;
                }

                if (hasSlept)
                {
                    UninterruptibleMonitor.ThrowIfInterrupted();   // after an attempt that failed: it yields the processor
                }

                Sleep(left < 0 ? SharedWait.SliceMilliseconds : Math.Min(left, SharedWait.SliceMilliseconds));
                hasSlept = true;
            }
        }
        finally
        {
            shown.EndShared();
            waiting.ForEach(static rule => rule.GiveUp());
        }
    }

    /// <summary>The object as the wait graph shows it.</summary>
    public override string ToString() => $"any of {string.Join(", ", _many.Select(static one => $"{one}"))}";

    private void TryAll(List<IWaitable> ready, List<ISharedRule> waiting)
    {
        for (int i = 0; i < _many.Length; i++)
        {
            waiting.Remove(_rules[i]);   // in case the attempt throws
            if (_rules[i].TryTake(out _points[i]))
            {
                ready.Add(_many[i]);
            }
            else
            {
                waiting.Add(_rules[i]);
            }
        }
    }

    /// <summary>If there are more words than the kernel takes at once, the rest is checked after each slice.</summary>
    private void Sleep(int milliseconds)
    {
        int count = Math.Min(_points.Length, Futex.MaxVector);
        var words = new FutexWaiter[count];
        for (int i = 0; i < count; i++)
        {
            words[i] = _points[i].Waiter;
        }

        // pairs with the read in Ring; a ring that precedes it, or the sleep, is recovered by the end of the slice
        Volatile.Write(ref _word, _points[0].Word);
        if (!Futex.WaitAny(words, milliseconds))
        {
            _points[0].Sleep(1);
        }
    }

    /// <summary>Ends the sleep; one that is just beginning lasts a slice.</summary>
    private void Ring()
    {
        // Pairs with the write before the sleep.
        if (Volatile.Read(ref _word) is not 0 and nint word)
        {
            Futex.Wake((int*)word, int.MaxValue);
        }
    }
}
