namespace Braid.Multiprocessing;

/// <summary>A worker that was started in advance, so that the next process begins with a message.</summary>
/// <remarks>
/// One is kept from the first use on. It was born with the environment and the folder of its time; when these have changed, it is not
/// used but replaced. It belongs to whoever takes it from the moment that <see cref="TryTake"/> returns it: a death that is
/// handled at the same time is passed on to the taker. The next one is started a moment after one was taken, so that its start does not
/// take the processor from the process that has just been begun.
/// </remarks>
internal sealed unsafe class Spares : IWorkerOwner, ITicking
{
    private static readonly TimeSpan s_moment = TimeSpan.FromMilliseconds(50);

    private static readonly Threading.Lock s_gate = new();
    private static readonly Spares s_owner = new();
    private static Worker? s_spare;           // guarded by s_gate
    private static string? s_bornIn;          // guarded by s_gate: the spare's folder and environment
    private static bool s_isStarting;         // guarded by s_gate: one is started, or will be
    private static bool s_isTicking;          // guarded by s_gate
    private static Deadline s_startsAt = Deadline.Never;   // guarded by s_gate

    /// <summary>Takes the spare worker, if there is one for these settings, and has another one started.</summary>
    /// <returns>As of <see cref="Worker.Start"/>; null when there is none.</returns>
    public static Worker? TryTake(WorkerSettings settings, IWorkerOwner taker)
    {
        if (settings != WorkerSettings.Default)
        {
            return null;
        }

        string here = Surroundings();
        Worker? taken;
        Worker? stale = null;
        bool starts;
        bool isFirst;
        using (s_gate.EnterScope())
        {
            taken = s_spare;
            s_spare = null;
            if (taken is not null && (s_bornIn != here || ChildStatus.Of(taken.Pid) is not null))
            {
                stale = taken;
                taken = null;
            }

            if (taken is not null)
            {
                taken.Channel.Segment.AddReference();   // it is there: the supervisor releases its own after it has taken a dead spare out
                taken.Owner = taker;
            }

            starts = !s_isStarting;
            s_isStarting = true;
            s_startsAt = starts ? Deadline.After(s_moment) : s_startsAt;
            isFirst = !s_isTicking;
            s_isTicking = true;
        }

        stale?.Kill(ExitReason.Killed);
        if (isFirst)
        {
            Supervisor.Add((ITicking)s_owner);
        }
        else if (starts)
        {
            Supervisor.Nudge();
        }

        return taken;
    }

    Deadline ITicking.Tick()
    {
        using (s_gate.EnterScope())
        {
            if (!s_startsAt.HasPassed)
            {
                return s_startsAt;
            }

            s_startsAt = Deadline.Never;
        }

        Spawner.Post(StartOne, OnFailure);
        return Deadline.Never;
    }

    void IWorkerOwner.OnFrame(Worker worker, int kind, long id, byte* data, long bytes)
    {
        // It says hello.
    }

    void IWorkerOwner.OnDeath(Worker worker, WorkerEnd end)
    {
        using (s_gate.EnterScope())
        {
            if (s_spare == worker)
            {
                s_spare = null;
            }
        }

        if (worker.Owner != this)
        {
            worker.Owner.OnDeath(worker, end);   // it was taken in this very moment
        }
    }

    private static void StartOne()
    {
        string surroundings = Surroundings();
        Worker worker = Worker.Start(WorkerSettings.Default, s_owner);
        worker.Channel.Segment.Release();
        using (s_gate.EnterScope())
        {
            s_isStarting = false;
            if (!worker.IsDead)
            {
                s_spare = worker;
                s_bornIn = surroundings;
            }
        }
    }

    /// <summary>There is no spare then. Whoever needs a worker next tries again, and is told why it cannot be started.</summary>
    private static void OnFailure(Exception exception)
    {
        using (s_gate.EnterScope())
        {
            s_isStarting = false;
        }

        if (exception is not WorkerStartException)
        {
            ServiceThread.Report("A spare worker could not be started", exception);
        }
    }

    private static string Surroundings()
    {
        var text = new System.Text.StringBuilder(new FileInfo("/proc/self/cwd").LinkTarget);   // also when that folder was deleted
        foreach (System.Collections.DictionaryEntry pair in Environment.GetEnvironmentVariables())
        {
            text.Append('\n').Append(pair.Key).Append('=').Append(pair.Value);
        }

        return text.ToString();
    }
}
