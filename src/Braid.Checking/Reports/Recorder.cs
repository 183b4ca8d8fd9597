using Braid.Checking.Engine;
using Braid.Checking.Memory;

namespace Braid.Checking.Reports;

/// <summary>Records every step of a run that is to be shown.</summary>
internal sealed class Recorder : IRecorder
{
    // So that an endless run does not exhaust the memory. What matters is at the end, and is kept.
    private const int MostSteps = 100_000;

    private readonly List<RecordedStep> _steps = [];
    private readonly Dictionary<ControlledThread, RecordedStep> _last = [];

    public IReadOnlyList<RecordedStep> Steps => _steps;

    public void Step(ControlledThread thread, in Operation operation)
    {
        if (_steps.Count == MostSteps)
        {
            _steps.RemoveRange(0, MostSteps / 2);
        }

        if (operation.Target is { Subject: null } target && Sites.Get(operation.Site).Subject is { Length: > 0 } subject)
        {
            target.Subject = subject;
        }

        var step = new RecordedStep(thread, operation);
        _steps.Add(step);
        _last[thread] = step;
    }

    public void Outcome(ControlledThread thread, string text)
    {
        if (_last.TryGetValue(thread, out RecordedStep? step))
        {
            step.Outcome = text;
        }
    }
}
