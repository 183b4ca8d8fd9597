namespace Braid.Multiprocessing;

/// <summary>Workers started in advance, so that the next process begins with a message.</summary>
/// <remarks>
/// <para>
/// Some of a process's settings are fixed at birth: its environment, its processors, the limit of its heap. So one spare is kept for each
/// such kind of process, from its first use on: for processes without settings until the end of the program, for others as long as there is
/// a pool of that kind. A process learns everything else when it is taken.
/// </para>
/// <para>
/// A spare is also born with the current environment and folder; if these have changed since, it is replaced instead of used. It belongs to
/// the taker from the moment at which <see cref="TryTake"/> returns it: a death that is handled at the same time is passed on to the taker.
/// The next spare is started a moment after one was taken, so that its start does not take the processor from the process that has just
/// begun.
/// </para>
/// </remarks>
internal sealed unsafe class Spares : IWorkerOwner, ITicking
{
    private static readonly TimeSpan s_startDelay = TimeSpan.FromMilliseconds(50);

    private static readonly Threading.Lock s_gate = Threading.Lock.OfBraid();
    private static readonly Spares s_owner = new();
    // guarded by s_gate, as are their fields; the first one is never removed
    private static readonly List<Kind> s_kinds = [new(WorkerSettings.Default)];
    private static bool s_isTicking;                   // guarded by s_gate

    /// <summary>The spare worker that waits for these settings; null if there is none.</summary>
    public static Worker? Waiting(WorkerSettings settings)
    {
        using (s_gate.EnterScope())
        {
            return KindOf(settings)?.Spare;
        }
    }

    /// <summary>A pool uses processes with these settings from now on.</summary>
    public static void Keep(WorkerSettings settings)
    {
        using (s_gate.EnterScope())
        {
            if (KindOf(settings) is { } kind)
            {
                kind.Users++;
            }
            else
            {
                s_kinds.Add(new Kind(settings));
            }
        }
    }

    /// <summary>The pool no longer uses them. The spare is killed with the last pool of its kind.</summary>
    public static void Release(WorkerSettings settings)
    {
        Worker? unwanted = null;
        using (s_gate.EnterScope())
        {
            Kind kind = KindOf(settings)!;
            if (--kind.Users == 0)
            {
                s_kinds.Remove(kind);
                unwanted = kind.Spare;
            }
        }

        unwanted?.Kill(ExitReason.Killed);
    }

    /// <summary>Takes the spare worker for these settings, if there is one, and has another one started.</summary>
    /// <returns>As for <see cref="Worker.Start"/>; null if there is none.</returns>
    public static Worker? TryTake(WorkerSettings settings, IWorkerOwner taker)
    {
        string here = AmbientState();
        Worker? taken;
        Worker? stale = null;
        bool starts;
        bool isFirst;
        using (s_gate.EnterScope())
        {
            if (KindOf(settings) is not { } kind)
            {
                return null;
            }

            taken = kind.Spare;
            kind.Spare = null;
            if (taken is not null && (kind.StartedIn != here || ChildStatus.Of(taken.Pid) is not null))
            {
                stale = taken;
                taken = null;
            }

            if (taken is not null)
            {
                // still valid: the supervisor releases its own reference after it has removed a dead spare
                taken.Channel.Segment.AddReference();
                taken.OutputTarget = settings.OutputTarget;
                taken.Owner = taker;
            }

            starts = !kind.IsStarting;
            kind.IsMissed = !starts;
            if (starts)
            {
                kind.StartIn(s_startDelay);
            }

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
        Deadline next = Deadline.Never;
        Kind? due = null;
        using (s_gate.EnterScope())
        {
            foreach (Kind kind in s_kinds)
            {
                if (due is null && kind.StartsAt.HasPassed)
                {
                    due = kind;
                    kind.OnOrdered();
                }

                next = Deadline.Earlier(next, kind.StartsAt);   // another one may have become due meanwhile
            }
        }

        if (due is not null)
        {
            Spawner.Post(() => StartOne(due), exception => OnFailure(due, exception));
        }

        return next;
    }

    void IWorkerOwner.OnFrame(Worker worker, int kind, long id, byte* data, long bytes)
    {
        // Its hello needs no answer.
    }

    void IWorkerOwner.OnDeath(Worker worker, WorkerEnd end)
    {
        using (s_gate.EnterScope())
        {
            if (s_kinds.Find(kind => kind.Spare == worker) is { } kind)
            {
                kind.Spare = null;
                ReplaceMissedUnderGate(kind);
            }
        }

        if (worker.Owner != this)
        {
            worker.Owner.OnDeath(worker, end);   // it was taken at this very moment
        }
    }

    private static Kind? KindOf(WorkerSettings settings) => s_kinds.Find(kind => kind.SpawnKey == settings.SpawnKey);

    private static void StartOne(Kind kind)
    {
        string surroundings = AmbientState();
        Worker worker = Worker.Start(kind.Settings, s_owner);
        worker.Channel.Segment.Release();
        bool isWanted;
        using (s_gate.EnterScope())
        {
            kind.IsStarting = false;
            isWanted = s_kinds.Contains(kind);
            if (!worker.IsDead && isWanted)
            {
                kind.Spare = worker;
                kind.StartedIn = surroundings;
            }

            ReplaceMissedUnderGate(kind);
        }

        if (!isWanted)
        {
            worker.Kill(ExitReason.Killed);
        }
    }

    /// <summary>
    /// There is then no spare. The next caller that needs a worker tries again, and gets the reason why it cannot be started.
    /// </summary>
    private static void OnFailure(Kind kind, Exception exception)
    {
        using (s_gate.EnterScope())
        {
            kind.IsStarting = false;
            ReplaceMissedUnderGate(kind);
        }

        if (exception is not WorkerStartException)
        {
            ServiceThread.Report("A spare worker could not be started", exception);
        }
    }

    /// <summary>
    /// Callers that came while a spare was being started left the next start to that one. If it has failed, another one is started, once.
    /// </summary>
    private static void ReplaceMissedUnderGate(Kind kind)
    {
        if (kind is { IsMissed: true, Spare: null, IsStarting: false })
        {
            kind.IsMissed = false;
            kind.StartIn(s_startDelay);
            Supervisor.Nudge();
        }
    }

    private static string AmbientState()
    {
        var text = new System.Text.StringBuilder(new FileInfo("/proc/self/cwd").LinkTarget);   // also if that folder was deleted
        foreach (System.Collections.DictionaryEntry pair in Environment.GetEnvironmentVariables())
        {
            text.Append('\n').Append(pair.Key).Append('=').Append(pair.Value);
        }

        return text.ToString();
    }

    /// <summary>Processes with the same settings at birth.</summary>
    private sealed class Kind(WorkerSettings settings)
    {
        public WorkerSettings Settings { get; } = settings with { Output = null };

        public string SpawnKey { get; } = settings.SpawnKey;

        /// <summary>The pools of this kind; for the first kind, the program too.</summary>
        public int Users { get; set; } = 1;

        public Worker? Spare { get; set; }

        /// <summary>The folder and environment at the spare's birth.</summary>
        public string? StartedIn { get; set; }

        /// <summary>Whether one is being started, or will be.</summary>
        public bool IsStarting { get; set; }

        public Deadline StartsAt { get; private set; } = Deadline.Never;

        /// <summary>Whether one was requested while the last one was being started.</summary>
        public bool IsMissed { get; set; }

        public void StartIn(TimeSpan delay) => (IsStarting, StartsAt) = (true, Deadline.After(delay));

        /// <summary>Its start has been ordered.</summary>
        public void OnOrdered() => StartsAt = Deadline.Never;
    }
}
