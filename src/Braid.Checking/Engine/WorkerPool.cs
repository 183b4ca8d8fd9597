namespace Braid.Checking.Engine;

/// <summary>The operating-system threads of one exploration. Making one costs as much as a whole run, so they are kept.</summary>
/// <remarks>Used only by whoever holds a baton.</remarks>
internal sealed class WorkerPool : IDisposable
{
    /// <summary>Stack of a thread for which the program asks for no more. The frames of rewritten code are larger than those that .NET's own size, 1.5 MB, is made for.</summary>
    public const int StackBytes = 4 << 20;

    /// <summary>Stack of the thread that calls the checker.</summary>
    public const int CallerStackBytes = 8 << 20;

    /// <summary>What each stack has besides: for what lies above the frames of controlled code, and for the end of a run that has used up the rest.</summary>
    public const int SpareBytes = 64 << 10;

    private readonly List<Worker> _idle = [];   // the last to come back is the first to go: what it used is still near

    /// <summary>See <see cref="Baton.Await"/>.</summary>
    public int Lookers;

    /// <param name="stackBytes">How large a stack the program has asked for.</param>
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

    /// <summary>Ends the threads that have nothing to run. One that is stuck in foreign code ends when it comes back.</summary>
    public void Dispose()
    {
        _idle.ForEach(static worker => worker.Baton.Give());
        _idle.Clear();
    }
}
