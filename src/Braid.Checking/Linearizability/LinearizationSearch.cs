namespace Braid.Checking.Linearizability;

/// <summary>Searches for a linearization of a history: an order of its calls in which a sequential object gives the same results.</summary>
/// <remarks>
/// <para>
/// Lowe: Testing for linearizability, CCPE 2017: where the same calls in another order have led to an equal state, nothing has to be
/// searched again.
/// </para>
/// <para>
/// At the end of a run no thread can continue. So each call that never returned must be one that waits in the final state too: otherwise an
/// object that behaves like the sequential one would have returned from it.
/// </para>
/// </remarks>
internal sealed class LinearizationSearch<TState>(IReadOnlyList<CallRecord> calls, ISequentialSpecification<TState> specification)
    : OrderSearch<TState>(calls, specification)
    where TState : notnull
{
    private readonly HashSet<(ulong Done, TState State)> _visited = [];

    /// <summary>The complete calls in an order that explains the results; null if there is none.</summary>
    public IReadOnlyList<CallRecord>? Find() => Search() ? Order : null;

    protected override bool Fits(CallRecord call, Outcome outcome) => call.Outcome.Equals(outcome);

    protected override bool End(TState state) => AllWaitIn(state);

    protected override bool IsKnown(ulong done, TState state) => !_visited.Add((done, state));
}
