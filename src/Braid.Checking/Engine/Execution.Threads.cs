using Braid.Checking.Oracles;

namespace Braid.Checking.Engine;

/// <content>The life of a thread: its creation, its start, its run on a thread of the pool, hand-overs, and its end.</content>
internal sealed partial class Execution
{
    /// <summary>Creates a thread without starting it.</summary>
    public ControlledThread Create(ControlledThread parent, Action body, bool isPoolThread = false, int stackBytes = 0)
    {
        RequireRoomFor(parent);
        var thread = new ControlledThread(this, _threads.Count, $"{parent.Path}.{parent.Children++}")
        {
            Body = body,
            StackBytes = stackBytes,
            IsPoolThread = isPoolThread,
            IsBackground = isPoolThread,
        };
        thread.End.Of = thread;
        Add(thread);

        // Threads are numbered in order of creation.
        Touch(parent, _numbering, reads: false);
        Trace?.Make(thread.Index);
        if (isPoolThread)
        {
            TouchUnknown("work items");
        }

        return thread;
    }

    /// <summary>Creates a background thread, or, for a work item, reuses one that has ended.</summary>
    /// <remarks>
    /// The number of an ended thread may pass to another only if the thread that starts the new one knows all that the old one did to
    /// memory. Otherwise a clock that knows of the new thread would seem to know of the old one too, and races of the old thread would be
    /// missed. Reuse keeps the numbers in a long chain of continuations few, and so clocks and reports small.
    /// </remarks>
    public ControlledThread CreateWorker(ControlledThread parent, Action body, bool isPoolThread)
    {
        for (int i = 0; isPoolThread && i < _endedWorkers.Count; i++)
        {
            ControlledThread ended = _endedWorkers[i];
            if (parent.Clock[ended.Index] >= ended.AccessTime)
            {
                _endedWorkers.RemoveAt(i);
                ended.Renew(body);
                return ended;
            }
        }

        ControlledThread thread = Create(parent, body, isPoolThread);
        thread.IsBackground = true;
        return thread;
    }

    /// <summary>Starts a thread: what its parent did until now happens before all that it does.</summary>
    public void Start(ControlledThread parent, ControlledThread thread, int site)
    {
        parent.RecordOnly(OperationKind.Spawn, thread.End, site);
        Enter(parent, thread, site);
    }

    /// <summary>Like <see cref="Start"/>, for a thread that the program knows nothing of.</summary>
    public void Enter(ControlledThread parent, ControlledThread thread, int site)
    {
        thread.Stage = ThreadStage.Alive;
        thread.Pending = new Operation(OperationKind.Start, null, site);
        thread.Clock.Join(parent.Clock);
        thread.Clock.Tick(thread.Index);
        parent.Clock.Tick(parent.Index);
        if (!thread.IsBackground)
        {
            _foreground++;
        }

        if (_aliveCount == _alive.Length)
        {
            Array.Resize(ref _alive, 2 * _aliveCount);
            Array.Resize(ref _enabled, 2 * _aliveCount);
        }

        // Kept in order of creation, which may differ from the order of starting.
        int place = _aliveCount++;
        for (; place > 0 && _alive[place - 1].Index > thread.Index; place--)
        {
            _alive[place] = _alive[place - 1];
        }

        _alive[place] = thread;
    }

    /// <summary>Sets whether the program may end while the thread runs.</summary>
    public void SetBackground(ControlledThread thread, bool background)
    {
        if (thread.IsBackground != background && thread.Stage == ThreadStage.Alive && thread.Index != 0)
        {
            TouchUnknown("the threads that keep the program alive");
            _foreground += background ? -1 : 1;
        }

        thread.IsBackground = background;
    }

    /// <summary>Runs a thread from its first step to its last on a thread of the pool, and hands over to the thread chosen then.</summary>
    /// <remarks>
    /// If that thread has not begun yet, it begins here, without a switch: a chain of continuations stays on one thread of the system.
    /// </remarks>
    public void RunOnWorker(ControlledThread thread)
    {
        Worker worker = thread.Worker!;
        ControlledThread next = Run(thread);
        while (next.Worker is null && worker.Fits(next.StackBytes))
        {
            next.Worker = worker;
            next = Run(next);
        }

        ControlledThread.Current = null;
        _pool.Return(worker);
        GiveBaton(next);
    }

    /// <returns>The thread that runs next.</returns>
    private ControlledThread Run(ControlledThread thread)
    {
        ControlledThread.Current = thread;
        try
        {
            if (!Ending)
            {
                SynchronizationContext.SetSynchronizationContext(null);
                Settings.BeforeThread?.Invoke();
                TraceStep(thread, new Operation(OperationKind.Start, thread.End, 0));
                thread.Body!();
                thread.Stores?.Fence();
                Hooks.TaskResource.Drain(thread);
                LeakedLocks.Audit(thread);
            }
        }
        catch (RunEndedException)
        {
        }
        catch (Exception e)
        {
            // What .NET's code makes of the end of the run is no fault of the program.
            if (!Ending || OwnFault.Is(e))
            {
                Fail(Failure.Unhandled(thread, e));
            }
        }

        try
        {
            return Finish(thread);
        }
        catch (Exception e)
        {
            // This thread has no caller that could report the exception.
            Fail(OwnFault.Describe(e));
            return _threads[0];
        }
    }

    /// <summary>Takes the last step of a thread: all that it did happens before what threads do that have waited for its end.</summary>
    private ControlledThread Finish(ControlledThread thread)
    {
        if (!Ending)
        {
            Tick++;
            Touch(thread, thread.End, reads: false);
            Touch(thread, _end, reads: true);
            Recorder?.Step(thread, new Operation(OperationKind.Complete, thread.End, 0));
        }

        thread.Stage = ThreadStage.Ended;
        thread.End.IsReached = true;
        thread.End.ReleaseBy(thread);
        int place = Array.IndexOf(_alive, thread, 0, _aliveCount);
        Array.Copy(_alive, place + 1, _alive, place, --_aliveCount - place);
        if (!thread.IsBackground && --_foreground == 0)
        {
            _end.Open = true;
        }

        if (Ending)
        {
            return _threads[0];
        }

        KeepWorker(thread);
        return Next(null) ?? _threads[0];
    }

    /// <summary>Keeps an ended pool thread for <see cref="CreateWorker"/>, unless the program has an object for it.</summary>
    private void KeepWorker(ControlledThread thread)
    {
        if (thread is { IsPoolThread: true, Object: null })
        {
            _endedWorkers.Add(thread);
        }
    }

    /// <summary>Lets the other thread run; returns when this one has its baton again.</summary>
    public void HandOver(ControlledThread from, ControlledThread to)
    {
        Worker mine = from.Worker!;
        GiveBaton(to);
        mine.AwaitBaton();
    }

    private void GiveBaton(ControlledThread to)
    {
        if (to.Worker is null)
        {
            to.Worker = _pool.Take(to.StackBytes);
            to.Worker.Assigned = to;
        }

        to.Worker.Baton.Give();
    }

    /// <summary>
    /// Called when the run ended during this thread's choice: hands over to the body's thread, which ends the run, and unwinds this one.
    /// </summary>
    private void Leave(ControlledThread current)
    {
        if (current.Index != 0)
        {
            HandOver(current, _threads[0]);
        }

        Unwind(current);
    }

    private void UnwindOthers(ControlledThread main)
    {
        while (_aliveCount > 1)
        {
            ControlledThread thread = _alive[_aliveCount - 1];
            if (thread.Worker is null)
            {
                _aliveCount--;
                continue;
            }

            HandOver(main, thread);
        }
    }

    private void Add(ControlledThread thread)
    {
        _threads.Add(thread);
        if (thread.Index == 0)
        {
            Trace?.Make(0);
            Trace?.Begin(0, null, reads: false);
            _alive[_aliveCount++] = thread;
        }
    }
}
