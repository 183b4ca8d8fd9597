using System.Text;

namespace Braid.Diagnostics;

/// <summary>
/// Which thread waits for what, and which thread holds it: every wait for Braid's primitives in this process, as it was at one moment.
/// </summary>
/// <remarks>
/// The graph is captured without stopping any thread, so threads that keep running may be seen at slightly different moments; a deadlock
/// does not change and is always seen completely. Holders are known for locks, joined threads, and futures; not for semaphores, events,
/// conditions and queues, which any thread may release, nor for a lock held by an awaiting caller, which is not a thread. The holder of a
/// lock that processes share is a process. Waits in other processes are not included, so no deadlock with them is found.
/// </remarks>
public sealed partial class WaitGraph
{
    private readonly Dictionary<int, Wait> _byThread = [];
    private readonly Dictionary<int, Deadlock> _circles = [];

    private WaitGraph()
    {
        var waits = new List<Wait>();
        foreach (Waiter waiter in Waiter.Registry.Snapshot())
        {
            if (Wait.Of(waiter, this) is { } wait)
            {
                waits.Add(wait);
            }
        }

        waits.Sort(static (a, b) => (a.ThreadId ?? int.MaxValue).CompareTo(b.ThreadId ?? int.MaxValue));
        foreach (Wait wait in waits.Where(static wait => wait.ThreadId is not null))
        {
            int id = wait.ThreadId!.Value;
            wait.IsNested = _byThread.TryGetValue(id, out Wait? other) && (other.IsNested = true);
            _byThread[id] = wait;
        }

        Waits = waits;
        Deadlocks = FindDeadlocks();
        foreach (Deadlock deadlock in Deadlocks)
        {
            foreach (Wait wait in deadlock.Cycle)
            {
                _circles[wait.ThreadId!.Value] = deadlock;
            }
        }
    }

    /// <summary>All waits, blocked threads first.</summary>
    public IReadOnlyList<Wait> Waits { get; }

    /// <summary>
    /// Each set of threads that wait for each other in a cycle: those that nothing can free, and those that only an outside event can.
    /// </summary>
    public IReadOnlyList<Deadlock> Deadlocks { get; }

    /// <summary>Captures the graph. It blocks no other thread and may be called on any thread at any time.</summary>
    public static WaitGraph Capture()
    {
        WaitGraph graph = CaptureSilently();
        foreach (Wait wait in graph.Waits)
        {
            _ = wait.Description;
        }

        return graph;
    }

    /// <summary>
    /// Prints the graph to standard error whenever the process gets SIGQUIT (<c>kill -QUIT</c>, Ctrl-\ in a terminal; Ctrl-Break on
    /// Windows), which from now on does not end it.
    /// </summary>
    /// <remarks>
    /// The environment variable <c>BRAID_DUMP_ON_SIGQUIT=1</c> does the same, from the program's first wait on, and in worker processes
    /// too. It works even if the thread pool is full. Calling it again does nothing. Python counterpart: <c>faulthandler.register</c>.
    /// </remarks>
    /// <exception cref="PlatformNotSupportedException">The platform has no signals.</exception>
    public static void DumpOnSignal() => SignalDump.Start();

    /// <summary>One line per wait, then each deadlock in words.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        foreach (Wait wait in Waits)
        {
            text.Append(wait).AppendLine();
        }

        foreach (Deadlock deadlock in Deadlocks)
        {
            text.Append(deadlock).AppendLine();
        }

        return text.Length == 0 ? "No thread or await is waiting." : text.ToString().TrimEnd();
    }

    /// <summary>Captures the graph and formats nothing until asked to: no user code runs.</summary>
    internal static WaitGraph CaptureSilently() => new();

    /// <summary>The cycles, by the threads in them.</summary>
    internal IReadOnlyDictionary<int, Deadlock> Circles => _circles;

    private string NameOf(int threadId) => _byThread.TryGetValue(threadId, out Wait? wait) ? wait.Who : ThreadNames.Of(threadId);

    private List<Deadlock> FindDeadlocks()
    {
        HashSet<int> stuck = FindStuck();
        var deadlocks = new List<Deadlock>();
        var seen = new HashSet<int>();
        foreach (int start in stuck.Order())
        {
            var path = new List<int>();
            int at = start;
            while (seen.Add(at))
            {
                path.Add(at);
                at = _byThread[at].HolderIds![0];
            }

            int from = path.IndexOf(at);
            if (from >= 0)
            {
                deadlocks.Add(new Deadlock([.. path[from..].Select(id => _byThread[id])]));
            }
        }

        return deadlocks;
    }

    /// <summary>
    /// The threads that no chain of visible events can free: those that are left when every thread that can continue has done so.
    /// </summary>
    /// <remarks>
    /// A wait can end if it has a timeout, if its holders are unknown, or if any one of them can continue. The waits that remain form
    /// cycles. Each thread, and each list of holders, is visited once.
    /// </remarks>
    private HashSet<int> FindStuck()
    {
        var stuck = new HashSet<int>();
        // A thread that goes on: the threads that can go on then
        var freedBy = new Dictionary<int, List<List<int>>>();
        // Threads that wait for any of the same threads
        var shared = new Dictionary<object, List<int>>(ReferenceEqualityComparer.Instance);
        foreach ((int id, Wait wait) in _byThread)
        {
            if (!wait.IsHeldUp)
            {
                continue;
            }

            stuck.Add(id);
            if (shared.TryGetValue(wait.HolderIds!, out List<int>? together))
            {
                together.Add(id);
                continue;
            }

            shared.Add(wait.HolderIds!, together = [id]);
            foreach (int holder in wait.HolderIds!)
            {
                (System.Runtime.InteropServices.CollectionsMarshal.GetValueRefOrAddDefault(freedBy, holder, out _) ??= []).Add(together);
            }
        }

        var goingOn = new Stack<int>(freedBy.Keys.Where(holder => !stuck.Contains(holder)));
        foreach (Wait wait in _byThread.Values.Where(wait => wait.IsHeldUp && !wait.IsHolderAlive))
        {
            stuck.Remove(wait.ThreadId!.Value);
            goingOn.Push(wait.ThreadId.Value);
        }

        while (goingOn.TryPop(out int holder))
        {
            foreach (List<int> freed in freedBy.GetValueOrDefault(holder, []))
            {
                foreach (int id in freed.Where(stuck.Remove))
                {
                    goingOn.Push(id);
                }

                freed.Clear();
            }
        }

        return stuck;
    }
}
