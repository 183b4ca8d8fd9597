using System.Text;
using Braid.Checking.Engine;

namespace Braid.Checking.Linearizability;

/// <summary>Decides, after each run of a scenario, whether some order of the calls explains their results.</summary>
internal sealed class HistoryJudge(ScenarioRunner runner, SequentialModel model)
{
    // By results and real-time order; null if an order explains them. For the scenario of _judged.
    private readonly Dictionary<string, Explanation?> _known = [];
    private readonly List<List<Outcome>> _outcomes = [];
    private Scenario _judged = Scenario.Empty;

    /// <summary>Judges the history of the run that has just ended. Returns the fault; null if there is none.</summary>
    public Failure? Judge(Execution execution)
    {
        Failure? failure = execution.Failure;
        IReadOnlyList<CallRecord> history = runner.History;
        bool isBlocked = failure is { Verdict: Verdict.Deadlock or Verdict.LostWakeup, IsRing: false }
            && history.Any(static call => !call.IsComplete);
        if (failure is not null && !isBlocked)
        {
            return failure;
        }

        // Where accesses have turned out to race, the times of the calls are not reliable yet: the search repeats the run.
        if (execution.Discovered.HasMoreThan(execution.Points) || Explain(history) is not { } explanation)
        {
            return model.Failure;
        }

        string scenario = string.Join(Environment.NewLine, [runner.Table, "", .. explanation.Orders]).TrimEnd();
        return explanation.IsOfWait && failure is not null
            ? failure with { Scenario = scenario, Sentence = $"{failure.Sentence}; {explanation.Sentence}" }
            : new Failure(Verdict.NotLinearizable, explanation.Sentence)
            {
                Scenario = scenario,
                Subject = runner.Name,
                Details = failure is null ? [] : [failure.Sentence],
                About = [.. history],
                Thread = history.First(call => call.Number == explanation.Call).Thread,
            };
    }

    private Explanation? Explain(IReadOnlyList<CallRecord> history)
    {
        if (runner.Scenario != _judged)
        {
            _judged = runner.Scenario;
            _known.Clear();
            _outcomes.Clear();
            model.Begin(_judged);
        }

        string key = KeyOf(history);
        if (!_known.TryGetValue(key, out Explanation? explanation))
        {
            explanation = new LinearizationSearch<SequentialModel.State>(history, model).Find() is null && model.Failure is null
                ? Explanation.Of(history, model)
                : null;
            _known.Add(key, explanation);
        }

        return explanation;
    }

    /// <summary>Equal for histories with the same results in the same real-time order.</summary>
    private string KeyOf(IReadOnlyList<CallRecord> history)
    {
        var key = new StringBuilder();
        foreach (CallRecord call in history)
        {
            while (_outcomes.Count <= call.Number)
            {
                _outcomes.Add([]);
            }

            List<Outcome> outcomes = _outcomes[call.Number];
            int outcome = outcomes.FindIndex(call.Outcome.Equals);
            if (outcome < 0)
            {
                outcome = outcomes.Count;
                outcomes.Add(call.Outcome);
            }

            ulong before = 0;
            foreach (CallRecord other in history)
            {
                before |= other != call && other.IsComplete && other.Precedes(call) ? 1UL << other.Number : 0;
            }

            key.Append(call.Number).Append(':').Append(outcome).Append(':').Append(before).Append(' ');
        }

        return key.ToString();
    }
}
