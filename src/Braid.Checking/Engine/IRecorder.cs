namespace Braid.Checking.Engine;

/// <summary>Writes down what a run does. Only runs that are shown to somebody have one.</summary>
internal interface IRecorder
{
    /// <summary>The thread does this now.</summary>
    void Step(ControlledThread thread, in Operation operation);

    /// <summary>What came of the thread's last step: a value read or written, "timed out", "false".</summary>
    void Outcome(ControlledThread thread, string text);
}
