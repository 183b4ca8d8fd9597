namespace Braid.Checking.Engine;

/// <summary>The operating-system threads of one exploration. Making one costs as much as a whole run, so they are kept.</summary>
/// <remarks>Used only by whoever holds a baton.</remarks>
internal sealed class WorkerPool : IDisposable
{
    /// <summary>Stack of a thread of the pool; .NET needs a tenth of it for itself.</summary>
    public const int StackBytes = 1 << 20;

    /// <summary>Stack of the thread that calls the checker, at most.</summary>
    public const uint LargestStack = 8 << 20;

    private readonly Stack<Worker> _idle = new();

    /// <summary>See <see cref="Baton.Await"/>.</summary>
    public int Lookers;

    public Worker Take() => _idle.TryPop(out Worker? worker) ? worker : Worker.Start(this);

    public void Return(Worker worker) => _idle.Push(worker);

    /// <summary>Ends the threads that have nothing to run. One that is stuck in foreign code ends when it comes back.</summary>
    public void Dispose()
    {
        while (_idle.TryPop(out Worker? worker))
        {
            worker.Baton.Give();
        }
    }
}
