using Braid.Checking.Engine;
using Braid.Checking.Strategies;

namespace Braid.Checking.Linearizability;

/// <summary>The behavior of the model of a check, determined call by call, and cached for all schedules of one scenario.</summary>
/// <remarks>
/// A model can neither be copied nor reset, so for each order of calls that occurs, a new model makes the calls from the first on, once. It
/// runs in an execution of its own, on one thread: a call that waits there waits for something that no other call will do. It runs between
/// the runs of the scenario, on the thread that explores.
/// </remarks>
internal sealed class SequentialModel(ScenarioRunner runner, ExecutionSettings settings)
    : ISequentialSpecification<SequentialModel.State>, IDisposable
{
    private const int MostAttempts = 10;

    private Scenario _scenario = Scenario.Empty;

    public Execution Execution { get; } = new(settings);

    /// <summary>Why the model cannot be run; null if it can.</summary>
    public Failure? Failure { get; private set; }

    /// <summary>The state of a new model.</summary>
    public State Initial { get; private set; } = new([], Outcome.Waits);

    /// <summary>Clears the cache if it is for another scenario.</summary>
    public void Begin(Scenario scenario)
    {
        if (scenario != _scenario)
        {
            (_scenario, Initial) = (scenario, new State([], Outcome.Waits));
        }
    }

    public (Outcome Outcome, State Next) Apply(State state, int call)
    {
        if (!state.Next.TryGetValue(call, out State? next))
        {
            ScenarioCall[] calls = [.. state.Calls, _scenario.Calls[call]];
            next = new State(calls, Run(calls));
            state.Next.Add(call, next);
        }

        return (next.Outcome, next.Outcome == Outcome.Waits ? state : next);
    }

    public void Dispose() => Execution.Dispose();

    private Outcome Run(ScenarioCall[] calls)
    {
        Outcome? outcome;
        int attempts = 0;
        do
        {
            outcome = null;
            var strategy = new TolerantReplay([]);
            strategy.Begin(0);
            Execution.Run(() => outcome = runner.CallModel(calls), strategy, new Points());
        }
        while (Execution.IsDisturbed && ++attempts < MostAttempts);
        if ((attempts == MostAttempts && outcome is null ? Runner.AlwaysDisturbed : Execution.Failure)
            is { Verdict: not (Verdict.Deadlock or Verdict.LostWakeup) } failure)
        {
            Failure ??= failure with { Sentence = $"in the model: {failure.Sentence}" };
        }

        return outcome ?? Outcome.Waits;
    }

    /// <summary>A model after some calls, and how the last of them ended.</summary>
    internal sealed class State(ScenarioCall[] calls, Outcome outcome)
    {
        public ScenarioCall[] Calls => calls;

        public Outcome Outcome => outcome;

        /// <summary>The states after one more call, by its number; only for calls that were made.</summary>
        public Dictionary<int, State> Next { get; } = [];
    }
}
