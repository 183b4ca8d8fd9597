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
        private readonly long _holder;            // the lock's identity for its holder; 0 if the target is not a lock
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

        /// <summary>The primitive on which it waits.</summary>
        public object Target { get; }

        /// <summary>
        /// The names of the threads any one of which could end the wait; for a lock in shared memory, the process that holds it. Empty if
        /// unknown.
        /// </summary>
        public IReadOnlyList<string> Holders =>
            _holderPid == 0 ? [.. (HolderIds ?? []).Select(_graph.NameOf)]
            : _holderPid == Environment.ProcessId ? ["this process"]
            : [string.Create(CultureInfo.InvariantCulture, $"process {_holderPid}")];

        internal IReadOnlyList<int>? HolderIds { get; }

        /// <summary>The target in words, as it was when they were first requested.</summary>
        internal string Description => _description ??= $"{Target} (#{RuntimeHelpers.GetHashCode(Target):x})";

        /// <summary>
        /// Whether the thread has more than one wait, because code that was called in the middle of a wait waits itself. Written while the
        /// graph is made.
        /// </summary>
        internal bool IsNested { get; set; }

        /// <summary>Whether the wait lasts until a known thread, or someone outside, acts.</summary>
        internal bool IsHeldUp => HolderIds is { Count: > 0 } && _limit is WaitLimit.Token or WaitLimit.None && !IsNested;

        /// <summary>
        /// Whether the holder's wait, if one is seen, belongs to the holder, and not to a later thread with the same managed id.
        /// </summary>
        internal bool IsHolderAlive =>
            _holder == 0 || !_graph._byThread.TryGetValue(HolderIds![0], out Wait? wait) || wait._waiter!.Identity == _holder;

        /// <summary>What outside event could end the wait; null if there is none.</summary>
        internal string? WayOut =>
            _limit == WaitLimit.None ? _wayOut
                : _wayOut is null ? $"the token of {Who} is cancelled"
                : $"{_wayOut}, or the token of {Who} is cancelled";

        /// <summary>Whether the thread has been in the same wait, in the same call, since the capture.</summary>
        internal bool IsUnchanged => _waiter!.Turn == _turn && _waiter.Limit == _limit && ReferenceEquals(_waiter.Queue?.Owner, Target);

        /// <summary>Whether the same threads still hold the target.</summary>
        internal bool IsStillHeld =>
            Target is IHeld held && held.HolderIdentity == _holder && held.Holders is { } now && now.SequenceEqual(HolderIds!);

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

        /// <returns>What the waiter waits for at this moment; null if it does not wait.</returns>
        internal static Wait? Of(Waiter waiter, WaitGraph graph)
        {
            var thread = waiter as ThreadWaiter;
            int turn = thread?.Turn ?? 0;   // before the queue: if the turn is unchanged later, so is the wait
            return waiter.Queue is { } queue ? new Wait(graph, thread, turn, queue.Owner, queue.Wanted)
                : thread?.Shared is { } shared ? new Wait(graph, thread, turn, shared.Target, shared.Wanted)
                : null;
        }

        /// <summary>Marks the wait as reported; false if it already was.</summary>
        internal bool TryReport()
        {
            bool isNew = _waiter!.ReportedTurn != _turn;
            _waiter.ReportedTurn = _turn;
            return isNew;
        }
    }
}
