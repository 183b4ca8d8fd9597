using Braid.Checking.Engine;
using Braid.Checking.Memory;

namespace Braid.Checking.Linearizability;

/// <summary>A call in a history: when it began and ended, and how.</summary>
/// <remarks>
/// <para>
/// A call begins at its first step that other threads can notice, not when its thread enters it: the thread may be delayed between the two
/// for any time, and might as well have made the call right before that step. So more calls are ordered than by the moment of entry, and no
/// possible order is lost. Plain memory accesses do not count as steps: other threads can notice them only by a race, and a run that shows
/// a race is repeated with those accesses as steps.
/// </para>
/// <para>
/// It is the target of the steps that show its beginning and end in a timeline.
/// </para>
/// </remarks>
internal sealed class CallRecord(int number, string text, ControlledThread thread) : Resource
{
    public override string Noun => "call";

    /// <summary>Its place in <see cref="Scenario.Calls"/>.</summary>
    public int Number => number;

    /// <summary>"Push(1)".</summary>
    public string Text => text;

    public ControlledThread Thread => thread;

    /// <summary>The tick of its first step.</summary>
    public int Began { get; set; } = int.MaxValue;

    /// <summary>The tick of its last step.</summary>
    public int Ended { get; set; } = int.MaxValue;

    public Outcome Outcome { get; set; } = Outcome.Waits;

    public bool IsComplete => Outcome != Outcome.Waits;

    /// <summary>Whether it ended before the other call began.</summary>
    public bool Precedes(CallRecord other) =>
        thread == other.Thread ? Number < other.Number : Ended < other.Began;

    /// <summary>Called at the first step of the call that other threads can notice.</summary>
    public void Begin()
    {
        thread.Calling = null;
        Began = thread.Execution.Tick;
        thread.Execution.Recorder?.Step(thread, new Operation(OperationKind.Call, this, Sites.Engine));
    }

    public void End(Outcome outcome)
    {
        if (thread.Calling is not null)
        {
            thread.Execution.Find(Points.OfCall);
            Begin();
        }

        Ended = thread.Execution.Tick;
        Outcome = outcome;
        if (thread.Execution.Recorder is { } recorder)
        {
            recorder.Step(thread, new Operation(OperationKind.Return, this, Sites.Engine));
            recorder.Outcome(thread, outcome.Past);
        }
    }
}
