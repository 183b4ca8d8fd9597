using System.Globalization;

namespace Braid.Diagnostics;

public sealed partial class WaitGraph
{
    /// <summary>One wait.</summary>
    public sealed class Wait
    {
        private readonly WaitGraph _graph;
        private readonly ThreadWaiter? _waiter;   // null for an await
        private readonly int _turn;
        private readonly WaitLimit _limit;
        private readonly long _holder;            // what the lock calls its holder; 0 for what is no lock
        private readonly string? _wayOut;
        private readonly int _holderPid;          // of a lock that processes share; 0 if unknown
        private readonly string _wanted;
        private string? _description;

        private Wait(WaitGraph graph, ThreadWaiter? waiter, int turn, object target, string wanted)
        {
            (_graph, _waiter, _turn, _wanted) = (graph, waiter, turn, wanted);
            Target = target;
            ThreadId = waiter?.Thread.ManagedThreadId;
            Who = waiter is null ? "an await" : ThreadNames.Of(waiter.Thread);
            _limit = waiter?.Limit ?? WaitLimit.Unknown;
            if (Target is IHeld held)
            {
                (HolderIds, _holder, _wayOut) = (held.Holders, held.HolderIdentity, held.WayOut);
            }

            _holderPid = (Target as IHeldByProcess)?.HolderPid ?? 0;
        }

        /// <summary>The blocked thread's name, or "an await".</summary>
        public string Who { get; }

        /// <summary>The blocked thread's managed id; null for an await.</summary>
        public int? ThreadId { get; }

        /// <summary>The primitive waited for.</summary>
        public object Target { get; }

        /// <summary>The names of the threads any one of which could end the wait; for a lock that processes share, the process that holds it. Empty if unknown.</summary>
        public IReadOnlyList<string> Holders =>
            _holderPid == 0 ? [.. (HolderIds ?? []).Select(_graph.NameOf)]
            : _holderPid == Environment.ProcessId ? ["this process"]
            : [string.Create(CultureInfo.InvariantCulture, $"process {_holderPid}")];

        internal IReadOnlyList<int>? HolderIds { get; }

        /// <summary>The target in words, as it was when they were first asked for.</summary>
        internal string Description => _description ??= $"{Target} (#{RuntimeHelpers.GetHashCode(Target):x})";

        /// <summary>Whether the thread has more than one wait: it is in code that was called in the middle of one. Written while the graph is made.</summary>
        internal bool IsNested { get; set; }

        /// <summary>Whether the wait lasts until a known thread, or someone outside, acts.</summary>
        internal bool IsHeldUp => HolderIds is { Count: > 0 } && _limit is WaitLimit.Token or WaitLimit.None && !IsNested;

        /// <summary>Whether the holder's wait, if one is seen, is the holder's indeed, and not of a later thread with the same number.</summary>
        internal bool IsHolderAlive => _holder == 0 || !_graph._byThread.TryGetValue(HolderIds![0], out Wait? wait) || wait._waiter!.Identity == _holder;

        /// <summary>What outside event could end the wait; null for none.</summary>
        internal string? WayOut => _limit == WaitLimit.None ? _wayOut : _wayOut is null ? $"the token of {Who} is cancelled" : $"{_wayOut}, or the token of {Who} is cancelled";

        /// <summary>Whether the thread has waited for the same, in the same call, from the picture until now.</summary>
        internal bool IsTheSame => _waiter!.Turn == _turn && _waiter.Limit == _limit && ReferenceEquals(_waiter.Queue?.Owner, Target);

        /// <summary>Whether the same threads hold what it waits for now.</summary>
        internal bool IsStillHeld => Target is IHeld held && held.HolderIdentity == _holder && held.Holders is { } now && now.SequenceEqual(HolderIds!);

        /// <summary>The wait in words.</summary>
        public override string ToString()
        {
            string text = $"{Who} waits for {_wanted}{Description}";
            return Holders switch
            {
                { Count: 1 } => $"{text}, held by {Holders[0]}",
                { Count: > 1 } => $"{text}, which only {string.Join(" or ", Holders)} could do",
                _ => text,
            };
        }

        /// <returns>What the waiter waits for at this moment; null if it does not.</returns>
        internal static Wait? Of(Waiter waiter, WaitGraph graph)
        {
            var thread = waiter as ThreadWaiter;
            int turn = thread?.Turn ?? 0;   // before the queue: if the turn is still the same later, so is the wait
            return waiter.Queue is { } queue ? new Wait(graph, thread, turn, queue.Owner, queue.Wanted)
                : thread?.Shared is { } shared ? new Wait(graph, thread, turn, shared.Target, shared.Wanted)
                : null;
        }

        /// <summary>Whether the wait is reported, from now on; false if it was before.</summary>
        internal bool TryReport()
        {
            bool isNew = _waiter!.ReportedTurn != _turn;
            _waiter.ReportedTurn = _turn;
            return isNew;
        }
    }
}
