using Braid.Checking.Hooks;

namespace Braid.Checking.Engine;

/// <summary>An operating-system thread that runs one controlled thread after another.</summary>
internal sealed class Worker
{
    private readonly WorkerPool _pool;

    private Worker(WorkerPool pool) => _pool = pool;

    public Baton Baton { get; } = new();

    /// <summary>What to run once the baton is given; null to end. Written before the baton is given.</summary>
    public ControlledThread? Assigned { get; set; }

    /// <summary>The highest address of the frames of controlled code on this thread; the stack grows downwards from it.</summary>
    public nuint StackTop { get; set; }

    /// <summary>The size of the stack below <see cref="StackTop"/>.</summary>
    public nuint StackBytes { get; private init; }

    /// <summary>What the call that is about to be made does to its arguments.</summary>
    public Memory.CallAccesses Accesses { get; } = new();

    /// <summary>
    /// The system's id of the thread, for the watchdog; 0 until it is known. Written by the thread itself before its first run.
    /// </summary>
    public int SystemId { get; private set; }

    /// <summary>Whether its stack has the size for a thread for which the program asked for this many bytes.</summary>
    public bool Fits(int stackBytes) => (nuint)Math.Max(stackBytes, WorkerPool.StackBytes) == StackBytes;

    /// <summary>The thread that calls the checker, and runs the body of each run.</summary>
    public static Worker ForCaller(WorkerPool pool) => new(pool) { StackBytes = WorkerPool.CallerStackBytes };

    /// <summary>Sets <see cref="SystemId"/>; called on this thread.</summary>
    public void Identify() => SystemId = SystemId == 0 ? ThreadUse.OwnId() : SystemId;

    /// <summary>Starts a thread of the pool, which waits for its baton.</summary>
    public static Worker Start(WorkerPool pool, int stackBytes)
    {
        var worker = new Worker(pool) { StackBytes = (nuint)stackBytes };
        new Thread(worker.Serve, stackBytes + WorkerPool.SpareBytes) { IsBackground = true, Name = "braid check" }.UnsafeStart();
        return worker;
    }

    /// <summary>Waits until this thread is given its baton.</summary>
    public void AwaitBaton() => Baton.Await(ref _pool.SpinCount);

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
