using System.Text;

namespace Braid.Diagnostics;

public sealed partial class WaitGraph
{
    /// <summary>A cycle of threads, each waiting for something that the next one holds.</summary>
    public sealed class Deadlock
    {
        private readonly Wait[] _cycle;

        internal Deadlock(Wait[] cycle) => _cycle = cycle;

        /// <summary>The waits, each for something held by the thread of the next, the last for something held by the first.</summary>
        public IReadOnlyList<Wait> Cycle => _cycle;

        /// <summary>
        /// Whether nothing but an interrupt can end it: each of the waits has neither timeout nor token, and is for something that only its
        /// holder can release: an <see cref="Threading.RLock"/>, a <see cref="Threading.GlobalInterpreterLock"/>, a thread's end, a running
        /// call. A <see cref="Threading.Lock"/> may be released by any thread, and a pending call may be cancelled.
        /// </summary>
        public bool IsCertain => _cycle.All(static wait => wait.WayOut is null);

        internal IReadOnlyList<string> Names => [.. _cycle.Select(static wait => wait.Who)];

        /// <summary>The cycle in words: each thread, what it holds and what it waits for, and what could still end it.</summary>
        public override string ToString()
        {
            string[] waysOut = [.. _cycle.Select(static wait => wait.WayOut).OfType<string>().Distinct()];
            return waysOut.Length == 0
                ? $"Deadlock: {Circle()}"
                : $"Possible deadlock: {Circle()} It ends only if {string.Join(", or ", waysOut)}.";
        }

        /// <summary>Whether the cycle exists at this moment.</summary>
        /// <remarks>
        /// All threads are seen in the same wait before and after the holders are read. A thread that waits neither takes nor releases, so
        /// what each held when it was read it held throughout the interval, when all of them waited: the cycle was closed then, even if the
        /// capture had seen its parts at different moments. Its text is made within that interval, before another of the threads can break
        /// the cycle.
        /// </remarks>
        internal bool StillExists()
        {
            if (!_cycle.All(static wait => wait.IsUnchanged) || !_cycle.All(static wait => wait.IsStillHeld))
            {
                return false;
            }

            foreach (Wait wait in _cycle)
            {
                _ = wait.Description;
            }

            return _cycle.All(static wait => wait.IsUnchanged);
        }

        /// <summary>Whether this cycle has not been reported before.</summary>
        internal bool TryReport()
        {
            bool isNew = false;
            foreach (Wait wait in _cycle)
            {
                isNew |= wait.TryReport();   // all of them: the cycle may be found again from another of its threads
            }

            return isNew;
        }

        private string Circle()
        {
            if (_cycle.Any(static wait => wait.HolderIds!.Count > 1))
            {
                return $"{string.Join("; ", _cycle.Select(static wait => wait.ToString()))}. All of these threads wait.";
            }

            if (_cycle.Length == 1)
            {
                return $"{_cycle[0].Who} waits for {_cycle[0].Description}, which it holds itself. " +
                    $"{((IHeld)_cycle[0].Target).AdviceToHolder}";
            }

            var text = new StringBuilder();
            for (int i = 0; i < _cycle.Length; i++)
            {
                Wait holds = _cycle[(i + _cycle.Length - 1) % _cycle.Length];
                text.Append(i == 0 ? "" : "; ").Append(_cycle[i].Who).Append(" holds ").Append(holds.Description)
                    .Append(" and wants ").Append(_cycle[i].Description);
            }

            return text.Append(". Take them in the same order everywhere, or bound the wait with a timeout.").ToString();
        }
    }
}
