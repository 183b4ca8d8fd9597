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
    public nuint StackBytes { get; set; } = WorkerPool.StackBytes;

    /// <summary>The thread that calls the checker; it runs the body of each run.</summary>
    public static Worker ForCaller(WorkerPool pool) => new(pool);

    /// <summary>A thread of the pool, which waits for its first baton.</summary>
    public static Worker Start(WorkerPool pool)
    {
        var worker = new Worker(pool);
        new Thread(worker.Serve, WorkerPool.StackBytes) { IsBackground = true, Name = "braid check" }.Start();
        return worker;
    }

    /// <summary>Waits for the permission to run.</summary>
    public void AwaitBaton() => Baton.Await(ref _pool.Lookers);

    private unsafe void Serve()
    {
        byte here;
        StackTop = (nuint)(&here);
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
