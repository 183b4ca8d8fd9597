namespace Braid.Checking.Engine;

/// <summary>The operating-system threads of one exploration. Creating one costs as much as a whole run, so they are kept.</summary>
/// <remarks>Used only by the thread that has the baton.</remarks>
internal sealed class WorkerPool : IDisposable
{
    /// <summary>
    /// The stack of a thread for which the program asks for no more. Larger than .NET's default of 1.5 MB, since the frames of rewritten
    /// code are larger.
    /// </summary>
    public const int StackBytes = 4 << 20;

    /// <summary>The stack of the thread that calls the checker.</summary>
    public const int CallerStackBytes = 8 << 20;

    /// <summary>
    /// The extra size of each stack: for the frames above those of controlled code, and for the end of a run that has used up the rest.
    /// </summary>
    public const int SpareBytes = 64 << 10;

    private readonly List<Worker> _idle = [];   // the worker returned last is taken first: its data is likeliest in the cache

    /// <summary>See <see cref="Baton.Await"/>.</summary>
    public int SpinCount;

    /// <param name="stackBytes">The stack size that the program asked for.</param>
    public Worker Take(int stackBytes)
    {
        int bytes = Math.Max(stackBytes, StackBytes);
        for (int place = _idle.Count - 1; place >= 0; place--)
        {
            Worker worker = _idle[place];
            if (worker.StackBytes == (nuint)bytes)
            {
                _idle.RemoveAt(place);
                return worker;
            }
        }

        return Worker.Start(this, bytes);
    }

    public void Return(Worker worker) => _idle.Add(worker);

    /// <summary>Ends the idle threads. A thread that is stuck in foreign code is not ended.</summary>
    public void Dispose()
    {
        _idle.ForEach(static worker => worker.Baton.Give());
        _idle.Clear();
    }
}
