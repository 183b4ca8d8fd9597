using Braid.Checking.Engine;
using Braid.Checking.Memory;

namespace Braid.Checking.Linearizability;

/// <summary>A call in a history: when it began and ended, and how.</summary>
/// <remarks>
/// <para>
/// What counts as its beginning is its first step that others can notice, not the moment at which its thread came to the call: a thread may
/// be held up between the two for any time, and the call might as well have been made right before that step. So more calls come after one
/// another than by the other rule, and no order is lost for it. Plain accesses of memory do not count as steps: others can
/// notice them only by a race, and a run in which a race was found is run again with those accesses as steps.
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

    /// <summary>It has ended before the other began.</summary>
    public bool Precedes(CallRecord other) =>
        thread == other.Thread ? Number < other.Number : Ended < other.Began;

    /// <summary>The thread takes a step that others can notice, for the first time in this call.</summary>
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
