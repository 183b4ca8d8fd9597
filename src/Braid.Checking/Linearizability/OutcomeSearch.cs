namespace Braid.Checking.Linearizability;

/// <summary>Searches for what one call does in the orders that explain the results of all others.</summary>
internal sealed class OutcomeSearch<TState>(
    IReadOnlyList<CallRecord> calls, ISequentialSpecification<TState> specification, CallRecord free)
    : OrderSearch<TState>(calls, specification)
    where TState : notnull
{
    private readonly List<Outcome> _found = [];
    private Outcome _current = Outcome.Waits;       // of the free call, in the current order

    public IReadOnlyList<Outcome> Find()
    {
        Search();
        if (free.IsComplete)
        {
            // The call may also wait in the state after all others.
            var waiting = new CallRecord(free.Number, free.Text, free.Thread) { Began = free.Began };
            CallRecord[] others = [.. Calls.Select(call => call == free ? waiting : call)];
            if (new LinearizationSearch<TState>(others, Specification).Find() is not null)
            {
                _found.Add(Outcome.Waits);
            }
        }

        return _found;
    }

    protected override bool Fits(CallRecord call, Outcome outcome)
    {
        if (call != free)
        {
            return call.Outcome.Equals(outcome);
        }

        _current = outcome;
        return outcome != Outcome.Waits;
    }

    protected override bool End(TState state)
    {
        if (!free.IsComplete)
        {
            _current = Specification.Apply(state, free.Number).Outcome;
        }

        if (AllWaitIn(state, except: free) && !_found.Contains(_current))
        {
            _found.Add(_current);
        }

        return false;
    }
}
