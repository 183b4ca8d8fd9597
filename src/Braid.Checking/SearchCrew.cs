using Braid.Checking.Engine;

namespace Braid.Checking;

/// <summary>Further workers of a search: operating-system threads, each with its own runner in its own copy of the program.</summary>
/// <remarks>
/// A worker loads its copy and rehearses while the search already runs, and joins at the next batch. One that cannot, because loading
/// fails or its runs are not equal to those of the first copy, does not join: the search is only slower without it.
/// </remarks>
/// <param name="load">Makes a copy.</param>
/// <param name="options">How to search.</param>
/// <param name="rehearsed">The steps of a run with the default choices, and the hash of its choices.</param>
internal sealed class SearchCrew(Func<Subject> load, CheckOptions options, (int Steps, uint Hash) rehearsed)
{
    private readonly object _gate = new();
    private volatile Runner[] _runners = [];        // replaced as a whole, under the gate; read without it
    private readonly List<Runner> _joined = [];     // under the gate, as all below
    private Batch? _batch;
    private int _number;                            // the number of batches shared so far
    private int _working;                           // workers that have not finished the batch
    private int _preparing;                         // workers that have neither joined nor failed to
    private bool _isDismissed;

    /// <summary>The runners of all workers; for the watchdog, which may see a new one late.</summary>
    public IReadOnlyList<Runner> Runners => _runners;

    /// <summary>Starts this many workers.</summary>
    public void Begin(int count)
    {
        lock (_gate)
        {
            _preparing += count;
        }

        for (int i = 0; i < count; i++)
        {
            new Thread(Serve, WorkerPool.CallerStackBytes + WorkerPool.SpareBytes) { IsBackground = true, Name = "braid check worker" }
                .Start();
        }
    }

    /// <summary>Waits until each worker has joined, or will not.</summary>
    public void AwaitWorkers()
    {
        lock (_gate)
        {
            while (_preparing > 0)
            {
                Monitor.Wait(_gate);
            }
        }
    }

    /// <summary>Runs a batch together with the workers that have joined. If none has, nothing is run.</summary>
    /// <returns>The number of workers that have joined.</returns>
    public int Share(Batch batch, Runner own)
    {
        int joined;
        lock (_gate)
        {
            joined = _joined.Count;
            if (joined == 0)
            {
                return 0;
            }

            (_batch, _working) = (batch, joined);
            _number++;
            Monitor.PulseAll(_gate);
        }

        try
        {
            batch.Work(own);
        }
        finally
        {
            lock (_gate)
            {
                while (_working > 0)
                {
                    Monitor.Wait(_gate);
                }
            }
        }

        return joined;
    }

    /// <summary>Makes the workers that have joined note all races again. Called between two batches.</summary>
    public void ForgetRaces()
    {
        lock (_gate)
        {
            _joined.ForEach(static runner => runner.Execution.ForgetRaces());
        }
    }

    /// <summary>Dismisses the workers. Called between two batches.</summary>
    /// <returns>The runners of those that had joined.</returns>
    public IReadOnlyList<Runner> Dismiss()
    {
        lock (_gate)
        {
            _isDismissed = true;
            Monitor.PulseAll(_gate);
            return [.. _joined];
        }
    }

    private void Serve()
    {
        bool joins = false;
        try
        {
            Subject subject = load();
            using var runner = new Runner(subject, options);
            joins = Publish(runner) && runner.Rehearse(rehearsed);
            if (joins)
            {
                WorkWith(runner);
            }

            // A worker whose run is stuck does not get here, so its copy is not used again.
            subject.Return();
        }
        catch (Exception)
        {
            // What fails here fails in the first copy too, and is reported there.
        }

        if (!joins)
        {
            lock (_gate)
            {
                _preparing--;
                Monitor.PulseAll(_gate);
            }
        }
    }

    /// <returns>False if the search has ended.</returns>
    private bool Publish(Runner runner)
    {
        lock (_gate)
        {
            _runners = [.. _runners, runner];
            return !_isDismissed;
        }
    }

    private void WorkWith(Runner runner)
    {
        int seen;
        lock (_gate)
        {
            seen = _number;
            _joined.Add(runner);
            _preparing--;
            Monitor.PulseAll(_gate);
        }

        while (Await(ref seen) is { } batch)
        {
            bool isWhole = false;
            try
            {
                batch.Work(runner);
                isWhole = true;
            }
            finally
            {
                End(isWhole ? null : runner);
            }
        }
    }

    /// <summary>Waits for the next batch.</summary>
    /// <returns>Null if there is none.</returns>
    private Batch? Await(ref int seen)
    {
        lock (_gate)
        {
            while (_number == seen && !_isDismissed)
            {
                Monitor.Wait(_gate);
            }

            bool isNew = _number != seen;
            seen = _number;
            return isNew ? _batch : null;
        }
    }

    /// <summary>Called when a worker has finished a batch.</summary>
    /// <param name="broken">Its runner, if an error of the checker's own ended it: then it takes no more batches.</param>
    private void End(Runner? broken)
    {
        lock (_gate)
        {
            if (broken is not null)
            {
                _joined.Remove(broken);
            }

            if (--_working == 0)
            {
                Monitor.PulseAll(_gate);
            }
        }
    }
}
