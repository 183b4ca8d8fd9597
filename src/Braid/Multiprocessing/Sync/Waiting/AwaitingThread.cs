using System.Runtime.InteropServices;

namespace Braid.Multiprocessing;

/// <summary>
/// Watches the words on which awaiting callers of this process depend. One thread serves a hundred objects and is started with the first.
/// </summary>
/// <remarks>
/// <para>
/// It sleeps on all words at once, 50 ms at a time, and on a bell of its own, which is rung when there is something else to watch. When it
/// wakes, it serves the lines whose word has changed; after each slice it serves all of them, so that their rules check for dead processes.
/// </para>
/// <para>
/// No wake is missed: a line's word was read by an attempt that failed, and the kernel refuses to sleep if the word has changed since. The
/// bell is armed before the words are gathered, so a line that is added afterwards rings it. If the kernel cannot sleep on several words,
/// the thread checks them every millisecond.
/// </para>
/// <para>
/// A caller that stops awaiting leaves the thread asleep on its word. A wake of one sleeper may then arrive here, where it is no longer
/// needed, while another process would sleep on to the end of its slice; so the thread passes it on.
/// </para>
/// </remarks>
internal sealed unsafe class AwaitingThread
{
    private const string Name = "Braid shared waits";
    private const int MaxLines = Futex.MaxVector - 8;

    private static readonly Gate s_gate = new();
    private static readonly List<AwaitingThread> s_threads = [];                // guarded by s_gate

    private readonly List<AwaitingLine> _lines = [];                            // guarded by s_gate
    private readonly List<AwaitingLine> _watched = [];                          // its thread only
    private readonly FutexWaiter[] _words = new FutexWaiter[Futex.MaxVector];   // its thread only
    private readonly FutexPoint[] _points = new FutexPoint[Futex.MaxVector];    // its thread only
    private readonly SharedBell _bell = new((int*)NativeMemory.AllocZeroed(sizeof(int)));   // kept as long as the process lives

    /// <summary>Has a line watched until it is empty. Not under the line's gate.</summary>
    public static void Watch(AwaitingLine line)
    {
        AwaitingThread thread;
        using (s_gate.Enter())
        {
            if (line.WatchedBy is null)
            {
                line.WatchedBy = s_threads.Find(static thread => thread._lines.Count < MaxLines) ?? Start();
                line.WatchedBy._lines.Add(line);
            }

            thread = line.WatchedBy;
        }

        thread._bell.Ring();
    }

    private static AwaitingThread Start()
    {
        var waiting = new AwaitingThread();
        new ServiceThread(Name, waiting.Run).EnsureStarted();
        s_threads.Add(waiting);   // only now: if the start fails, the next await tries again
        return waiting;
    }

    private void Run()
    {
        long sliceEnds = 0;
        while (true)
        {
            FutexPoint silent = _bell.Arm();
            GatherLines();
            int count = GatherPoints(silent);
            if (count > 0)
            {
                Sleep(count, silent);
                PassOnUnneededWakes();
            }

            _bell.Disarm();

            bool isSliceOver = Environment.TickCount64 >= sliceEnds;
            if (isSliceOver)
            {
                sliceEnds = Environment.TickCount64 + SharedWait.SliceMilliseconds;
            }

            PumpAll(isSliceOver);
            FaultPoint.Reach(Name);
        }
    }

    private void GatherLines()
    {
        using Gate.Scope held = s_gate.Enter();
        _watched.Clear();
        for (int i = _lines.Count - 1; i >= 0; i--)
        {
            if (_lines[i].IsEmpty)
            {
                _lines[i].WatchedBy = null;
                _lines.RemoveAt(i);
            }
            else
            {
                _watched.Add(_lines[i]);
            }
        }
    }

    /// <returns>How many words to sleep on; 0 if one of them has already changed.</returns>
    private int GatherPoints(FutexPoint silent)
    {
        _words[0] = silent.Waiter;
        for (int i = 0; i < _watched.Count; i++)
        {
            _points[i] = _watched[i].SleepOn;
            if (_points[i].HasChanged)
            {
                return 0;
            }

            _words[i + 1] = _points[i].Waiter;
        }

        return _watched.Count + 1;
    }

    private void Sleep(int count, FutexPoint silent)
    {
        int milliseconds = _watched.Count == 0 ? Timeout.Infinite : SharedWait.SliceMilliseconds;
        if (!Futex.WaitAny(_words.AsSpan(0, count), milliseconds))
        {
            silent.Sleep(_watched.Count == 0 ? SharedWait.SliceMilliseconds : 1);
        }
    }

    /// <summary>
    /// Passes on wakes to lines that became empty during the sleep. A caller that leaves a line later makes a last attempt, which takes
    /// what the wake was for.
    /// </summary>
    private void PassOnUnneededWakes()
    {
        for (int i = 0; i < _watched.Count; i++)
        {
            if (_watched[i].IsEmpty)
            {
                Futex.Wake((int*)_points[i].Word);
            }
        }
    }

    private void PumpAll(bool isSliceOver)
    {
        foreach (AwaitingLine line in _watched)
        {
            if (!isSliceOver && !line.SleepOn.HasChanged)
            {
                continue;
            }

            try
            {
                line.Pump();
            }
            catch (Exception exception)
            {
                // A synchronization context rejected its continuation. The others are still served.
                ServiceThread.Report(Name, exception);
            }
        }
    }
}
