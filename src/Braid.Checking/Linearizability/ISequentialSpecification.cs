namespace Braid.Checking.Linearizability;

/// <summary>What a sequential object does.</summary>
/// <typeparam name="TState">Its states; equal ones behave equally from then on.</typeparam>
internal interface ISequentialSpecification<TState>
    where TState : notnull
{
    TState Initial { get; }

    /// <summary>Makes a call in a state.</summary>
    /// <param name="state">The state.</param>
    /// <param name="call">The number of the call.</param>
    /// <returns>How it ends, and the state after it. If it waits, the state is the same.</returns>
    (Outcome Outcome, TState Next) Apply(TState state, int call);
}
