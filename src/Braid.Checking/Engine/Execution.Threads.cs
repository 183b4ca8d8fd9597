using Braid.Checking.Oracles;

namespace Braid.Checking.Engine;

/// <content>Threads: how they come, run on threads of the pool, hand the baton on, and end.</content>
internal sealed partial class Execution
{
    /// <summary>Makes a thread that is not started yet.</summary>
    public ControlledThread Create(ControlledThread parent, Action body, bool isPoolThread = false, int stackBytes = 0)
    {
        RequireRoomFor(parent);
        var thread = new ControlledThread(this, _threads.Count, $"{parent.Path}.{parent.Children++}") { Body = body, StackBytes = stackBytes, IsPoolThread = isPoolThread, IsBackground = isPoolThread };
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

    /// <summary>Makes a thread for a work item, or takes one of the pool that has ended.</summary>
    /// <remarks>
    /// The number of a thread that has ended may go to another only if whoever starts that knows all that the first has done to memory: what the second publishes would else seem to tell that too, and
    /// races of the first would go unseen. So a long chain of continuations gets by with a few numbers, and clocks and reports stay small.
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

    /// <summary>Lets a thread begin; what its parent did until now, it knows.</summary>
    public void Start(ControlledThread parent, ControlledThread thread, int site)
    {
        parent.Did(OperationKind.Spawn, thread.End, site);
        Enter(parent, thread, site);
    }

    /// <summary>As <see cref="Start"/>, of what is no thread to the program.</summary>
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

        // In order of creation, which need not be the order of starting.
        int place = _aliveCount++;
        for (; place > 0 && _alive[place - 1].Index > thread.Index; place--)
        {
            _alive[place] = _alive[place - 1];
        }

        _alive[place] = thread;
    }

    /// <summary>Whether the program may end while the thread runs.</summary>
    public void SetBackground(ControlledThread thread, bool background)
    {
        if (thread.IsBackground != background && thread.Stage == ThreadStage.Alive && thread.Index != 0)
        {
            TouchUnknown("the threads that keep the program alive");
            _foreground += background ? -1 : 1;
        }

        thread.IsBackground = background;
    }

    /// <summary>Runs threads from their first step to their last, on a thread of the pool, until another has to go on; gives the baton on.</summary>
    /// <remarks>A thread that has not begun and is chosen when this one ends begins here, without a switch: continuations that follow one upon the other stay on one thread of the system.</remarks>
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

    /// <returns>Who goes on.</returns>
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
            Fail(Failure.Unhandled(thread, e));
        }

        try
        {
            return Finish(thread);
        }
        catch (Exception e)
        {
            // There is no caller here that could be told.
            Fail(OwnFault.Describe(e));
            return _threads[0];
        }
    }

    /// <summary>The last step of a thread: who waited for its end knows all that it did.</summary>
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
        thread.End.HasCome = true;
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

    /// <summary>The thread has ended, and its number may go to another, unless the program can still ask for it.</summary>
    private void KeepWorker(ControlledThread thread)
    {
        if (thread is { IsPoolThread: true, Object: null })
        {
            _endedWorkers.Add(thread);
        }
    }

    /// <summary>The other thread goes on, until this one is to.</summary>
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

    /// <summary>The run has ended while this thread was choosing: the body's thread ends it.</summary>
    private void Leave(ControlledThread current)
    {
        if (current.Index != 0)
        {
            HandOver(current, _threads[0]);
        }

        ThrowOut(current);
    }

    private void ThrowOutOthers(ControlledThread main)
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
