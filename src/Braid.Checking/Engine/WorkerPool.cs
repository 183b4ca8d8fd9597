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

    private readonly Stack<Worker> _idle = new();
    private readonly List<Worker> _idleLarge = [];

    /// <summary>See <see cref="Baton.Await"/>.</summary>
    public int Lookers;

    /// <param name="stackBytes">How large a stack the program has asked for.</param>
    public Worker Take(int stackBytes)
    {
        if (stackBytes <= StackBytes)
        {
            return _idle.TryPop(out Worker? worker) ? worker : Worker.Start(this, StackBytes);
        }

        int place = _idleLarge.FindIndex(worker => worker.StackBytes == (nuint)stackBytes);
        if (place < 0)
        {
            return Worker.Start(this, stackBytes);
        }

        Worker large = _idleLarge[place];
        _idleLarge.RemoveAt(place);
        return large;
    }

    public void Return(Worker worker)
    {
        if (worker.StackBytes == StackBytes)
        {
            _idle.Push(worker);
        }
        else
        {
            _idleLarge.Add(worker);
        }
    }

    /// <summary>Ends the threads that have nothing to run. One that is stuck in foreign code ends when it comes back.</summary>
    public void Dispose()
    {
        while (_idle.TryPop(out Worker? worker))
        {
            worker.Baton.Give();
        }

        _idleLarge.ForEach(static worker => worker.Baton.Give());
        _idleLarge.Clear();
    }
}
