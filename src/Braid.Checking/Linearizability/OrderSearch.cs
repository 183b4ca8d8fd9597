namespace Braid.Checking.Linearizability;

/// <summary>Enumerates the orders of the calls of a history in which no call precedes one that had ended before it began.</summary>
/// <remarks>
/// Wing, Gong: Testing and verifying concurrent objects, JPDC 1993. A call may come next if none of the remaining calls ended before it
/// began. The search makes it in the current state of a sequential object, continues if the outcome fits, and backtracks. Calls that never
/// returned are not part of the order.
/// </remarks>
/// <param name="calls">The calls that were made; at most 64.</param>
/// <param name="specification">The sequential object.</param>
internal abstract class OrderSearch<TState>(IReadOnlyList<CallRecord> calls, ISequentialSpecification<TState> specification)
    where TState : notnull
{
    private readonly ulong[] _before = [.. calls.Select(call => Bits(calls, other => other.IsComplete && other.Precedes(call)))];
    private readonly ulong _complete = Bits(calls, static call => call.IsComplete);

    protected IReadOnlyList<CallRecord> Calls => calls;

    protected ISequentialSpecification<TState> Specification => specification;

    /// <summary>The order so far.</summary>
    protected List<CallRecord> Order { get; } = [];

    /// <summary>Whether the search continues after a call that has this outcome in the sequential object.</summary>
    protected abstract bool Fits(CallRecord call, Outcome outcome);

    /// <summary>Called when all complete calls are in the order.</summary>
    /// <returns>Whether the search is over.</returns>
    protected abstract bool End(TState state);

    /// <summary>Whether the search can find nothing new from here.</summary>
    protected virtual bool IsKnown(ulong done, TState state) => false;

    /// <returns>Whether <see cref="End"/> ended it.</returns>
    protected bool Search() => Search(specification.Initial, 0);

    /// <summary>Whether each call that never returned waits in this state.</summary>
    protected bool AllWaitIn(TState state, CallRecord? except = null) =>
        calls.All(call => call.IsComplete || call == except || specification.Apply(state, call.Number).Outcome == Outcome.Waits);

    private bool Search(TState state, ulong done)
    {
        if (IsKnown(done, state))
        {
            return false;
        }

        if (done == _complete)
        {
            return End(state);
        }

        for (int i = 0; i < calls.Count; i++)
        {
            ulong bit = 1UL << i;
            if ((_complete & ~done & bit) == 0 || (_before[i] & ~done) != 0)
            {
                continue;
            }

            (Outcome outcome, TState next) = specification.Apply(state, calls[i].Number);
            if (!Fits(calls[i], outcome))
            {
                continue;
            }

            Order.Add(calls[i]);
            if (Search(next, done | bit))
            {
                return true;
            }

            Order.RemoveAt(Order.Count - 1);
        }

        return false;
    }

    private static ulong Bits(IReadOnlyList<CallRecord> calls, Func<CallRecord, bool> isIn)
    {
        ulong bits = 0;
        for (int i = 0; i < calls.Count; i++)
        {
            bits |= isIn(calls[i]) ? 1UL << i : 0;
        }

        return bits;
    }
}
