using Braid.Checking.Hooks;

namespace Braid.Checking.Engine;

/// <summary>An operating-system thread that runs one controlled thread after another.</summary>
internal sealed class Worker
{
    private readonly WorkerPool _pool;

    private Worker(WorkerPool pool) => _pool = pool;

    public Baton Baton { get; } = new();

    /// <summary>What to run when the baton comes; null: to end. Written before the baton is given.</summary>
    public ControlledThread? Assigned { get; set; }

    /// <summary>The highest address that the frames of controlled code on this thread have; a stack grows downwards from it.</summary>
    public nuint StackTop { get; set; }

    /// <summary>How far the stack reaches below that.</summary>
    public nuint StackBytes { get; private init; }

    /// <summary>What the call that is about to be made, if any, does to its arguments.</summary>
    public Memory.CallAccesses Accesses { get; } = new();

    /// <summary>The system's number of the thread, for the watchdog; 0 until it is known. Written by the thread itself before its first run.</summary>
    public int SystemId { get; private set; }

    /// <summary>Whether it can run a thread for which the program has asked for that much stack.</summary>
    public bool Fits(int stackBytes) => (nuint)Math.Max(stackBytes, WorkerPool.StackBytes) == StackBytes;

    /// <summary>The thread that calls the checker; it runs the body of each run.</summary>
    public static Worker ForCaller(WorkerPool pool) => new(pool) { StackBytes = WorkerPool.CallerStackBytes };

    /// <summary>The calling thread is this one.</summary>
    public void Identify() => SystemId = SystemId == 0 ? ThreadUse.OwnId() : SystemId;

    /// <summary>A thread of the pool, which waits for its first baton.</summary>
    public static Worker Start(WorkerPool pool, int stackBytes)
    {
        var worker = new Worker(pool) { StackBytes = (nuint)stackBytes };
        new Thread(worker.Serve, stackBytes + WorkerPool.SpareBytes) { IsBackground = true, Name = "braid check" }.Start();
        return worker;
    }

    /// <summary>Waits for the permission to run.</summary>
    public void AwaitBaton() => Baton.Await(ref _pool.Lookers);

    private unsafe void Serve()
    {
        byte here;
        StackTop = (nuint)(&here);
        StackRoom.Begin(StackTop, StackBytes);
        Identify();
        while (true)
        {
            AwaitBaton();
            if (Assigned is not { } thread)
            {
                return;
            }

            Assigned = null;
            thread.Execution.RunOnWorker(thread);
        }
    }
}
