using System.Text;

namespace Braid.Diagnostics;

/// <summary>Who waits for what, and who holds it: every wait of Braid's in-process primitives, as it stood at one moment.</summary>
/// <remarks>
/// The picture is taken without stopping anybody, so threads that run on meanwhile may be seen a moment apart; a deadlock stands still
/// and is always seen whole. Holders are known for locks, threads that are joined, and futures; not for semaphores, events, conditions
/// and queues, which anybody may release, nor for a lock held by an awaiting caller, which is no thread.
/// </remarks>
public sealed class WaitGraph
{
    private readonly Dictionary<int, Wait> _byThread = [];

    private WaitGraph(List<Wait> waits)
    {
        Waits = waits;
        foreach (Wait wait in waits)
        {
            if (wait.ThreadId is int id)
            {
                _byThread[id] = wait;
            }
        }

        Deadlocks = FindDeadlocks();
    }

    /// <summary>All waits, blocked threads first.</summary>
    public IReadOnlyList<Wait> Waits { get; }

    /// <summary>Each set of threads that wait for each other in a circle.</summary>
    public IReadOnlyList<Deadlock> Deadlocks { get; }

    /// <summary>Takes the picture. It blocks nobody and may be called from any thread at any time.</summary>
    public static WaitGraph Capture()
    {
        var waits = new List<Wait>();
        foreach (Waiter waiter in Waiter.Registry.Snapshot())
        {
            if (waiter.Queue?.Owner is { } target)
            {
                waits.Add(new Wait(waiter as ThreadWaiter, target));
            }
        }

        waits.Sort(static (a, b) => (a.ThreadId ?? int.MaxValue).CompareTo(b.ThreadId ?? int.MaxValue));
        return new WaitGraph(waits);
    }

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

        return text.Length == 0 ? "Nobody waits." : text.ToString().TrimEnd();
    }

    internal Deadlock? FindDeadlock(int threadId) => Deadlocks.FirstOrDefault(deadlock => deadlock.Contains(threadId));

    /// <summary>The threads that no chain of events can free: what is left when everybody who could go on has gone on.</summary>
    /// <remarks>A wait can end if it has a timeout, if nobody knows its holders, or if any one of them can go on. What remains after that waits in circles.</remarks>
    private List<Deadlock> FindDeadlocks()
    {
        var stuck = _byThread.Where(pair => pair.Value is { IsTimed: false, HolderIds.Count: > 0 }).ToDictionary(pair => pair.Key, pair => pair.Value);
        bool changed;
        do
        {
            changed = false;
            foreach ((int id, Wait wait) in stuck.ToList())
            {
                if (!wait.HolderIds!.All(stuck.ContainsKey))
                {
                    stuck.Remove(id);
                    changed = true;
                }
            }
        }
        while (changed);

        var deadlocks = new List<Deadlock>();
        var seen = new HashSet<int>();
        foreach (int start in stuck.Keys.Order())
        {
            var path = new List<int>();
            int at = start;
            while (seen.Add(at))
            {
                path.Add(at);
                at = stuck[at].HolderIds![0];
            }

            int from = path.IndexOf(at);
            if (from >= 0)
            {
                deadlocks.Add(new Deadlock([.. path[from..].Select(id => stuck[id])]));
            }
        }

        return deadlocks;
    }

    /// <summary>One wait.</summary>
    public sealed class Wait
    {
        internal Wait(ThreadWaiter? thread, object target)
        {
            Target = target;
            ThreadId = thread?.Thread.ManagedThreadId;
            Who = thread is null ? "an await" : ThreadNames.Of(thread.Thread);
            IsTimed = thread is { IsTimed: true };
            HolderIds = (target as IHeld)?.Holders;
            Description = $"{target} (#{RuntimeHelpers.GetHashCode(target):x})";
        }

        /// <summary>The blocked thread's name, or "an await".</summary>
        public string Who { get; }

        /// <summary>The blocked thread's managed id; null for an await.</summary>
        public int? ThreadId { get; }

        /// <summary>The primitive waited for.</summary>
        public object Target { get; }

        /// <summary>The names of the threads any one of which could end the wait; empty when nobody can tell.</summary>
        public IReadOnlyList<string> Holders => [.. (HolderIds ?? []).Select(ThreadNames.Of)];

        internal IReadOnlyList<int>? HolderIds { get; }

        /// <summary>Whether the wait ends by itself.</summary>
        internal bool IsTimed { get; }

        /// <summary>The wait in words.</summary>
        public override string ToString()
        {
            string text = $"{Who} waits for {Description}";
            return HolderIds switch
            {
                { Count: 1 } => $"{text}, held by {Holders[0]}",
                { Count: > 1 } => $"{text}, which only {string.Join(" or ", Holders)} could do",
                _ => text,
            };
        }

        /// <summary>The target in words, as it was when the picture was taken.</summary>
        internal string Description { get; }
    }

    /// <summary>A circle of threads, each waiting for something that the next one holds.</summary>
    public sealed class Deadlock
    {
        private readonly Wait[] _cycle;

        internal Deadlock(Wait[] cycle) => _cycle = cycle;

        /// <summary>The waits, each for something held by the thread of the next, the last for something held by the first.</summary>
        public IReadOnlyList<Wait> Cycle => _cycle;

        internal IReadOnlyList<string> Names => [.. _cycle.Select(wait => wait.Who)];

        /// <summary>The circle in words: each thread, what it holds and what it wants.</summary>
        public override string ToString()
        {
            if (_cycle.Any(wait => wait.HolderIds!.Count > 1))
            {
                return $"Deadlock: {string.Join("; ", _cycle.Select(wait => wait.ToString()))}. All of these threads wait: none of them can go on.";
            }

            if (_cycle.Length == 1)
            {
                return $"Deadlock: {_cycle[0].Who} waits for {_cycle[0].Description}, which it holds itself. {((IHeld)_cycle[0].Target).AdviceToHolder}";
            }

            var text = new StringBuilder("Deadlock: ");
            for (int i = 0; i < _cycle.Length; i++)
            {
                Wait holds = _cycle[(i + _cycle.Length - 1) % _cycle.Length];
                text.Append(i == 0 ? "" : "; ").Append(_cycle[i].Who).Append(" holds ").Append(holds.Description)
                    .Append(" and wants ").Append(_cycle[i].Description);
            }

            return text.Append(". Take them in the same order everywhere, or bound the wait with a timeout.").ToString();
        }

        internal bool Contains(int threadId) => _cycle.Any(wait => wait.ThreadId == threadId);

        /// <summary>Whether a second picture shows the same circle, which rules out that the first caught threads a moment apart.</summary>
        internal bool StillStands()
        {
            WaitGraph again = Capture();
            return _cycle.All(wait => again._byThread.TryGetValue(wait.ThreadId!.Value, out Wait? now)
                && ReferenceEquals(now.Target, wait.Target)
                && now.HolderIds is { } holders && wait.HolderIds!.SequenceEqual(holders));
        }
    }
}
