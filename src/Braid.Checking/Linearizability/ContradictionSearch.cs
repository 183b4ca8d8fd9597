namespace Braid.Checking.Linearizability;

/// <summary>An order that explains the results of some calls, and the next call, whose result it does not explain.</summary>
internal sealed record Contradiction(IReadOnlyList<CallRecord> Order, CallRecord Call, Outcome Outcome);

/// <summary>Searches for all ways in which the orders of the calls contradict their results.</summary>
/// <param name="calls">The calls that were made.</param>
/// <param name="specification">The sequential object.</param>
/// <param name="most">The search ends when it has found more contradictions than this.</param>
internal sealed class ContradictionSearch<TState>(
    IReadOnlyList<CallRecord> calls, ISequentialSpecification<TState> specification, int most)
    : OrderSearch<TState>(calls, specification)
    where TState : notnull
{
    private readonly List<Contradiction> _found = [];

    public IReadOnlyList<Contradiction> Find()
    {
        Search();
        return _found;
    }

    protected override bool Fits(CallRecord call, Outcome outcome)
    {
        if (_found.Count > most)
        {
            return false;
        }

        bool fits = call.Outcome.Equals(outcome);
        if (!fits)
        {
            _found.Add(new Contradiction([.. Order], call, outcome));
        }

        return fits;
    }

    protected override bool End(TState state)
    {
        foreach (CallRecord call in Calls.Where(static call => !call.IsComplete))
        {
            Outcome outcome = Specification.Apply(state, call.Number).Outcome;
            if (outcome != Outcome.Waits)
            {
                _found.Add(new Contradiction([.. Order], call, outcome));
                break;
            }
        }

        return false;
    }
}
