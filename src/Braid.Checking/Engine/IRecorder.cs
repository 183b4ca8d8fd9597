namespace Braid.Checking.Engine;

/// <summary>Writes down what a run does. Only runs that are shown to somebody have one.</summary>
internal interface IRecorder
{
    /// <summary>A run begins: if it is one that is done again, nothing of the one before is kept.</summary>
    void Begin();

    /// <summary>The thread does this now.</summary>
    void Step(ControlledThread thread, in Operation operation);

    /// <summary>What came of the thread's last step: a value read or written, "timed out", "false".</summary>
    void Outcome(ControlledThread thread, string text);

    /// <summary>The thread suspends the async method that it runs, whose task this is.</summary>
    void Suspended(ControlledThread thread, Hooks.TaskResource method);

    /// <summary>The task is complete: the thread has completed it in its last step.</summary>
    void Completed(ControlledThread thread, Hooks.TaskResource task);

    /// <summary>The thread runs what awaited the task.</summary>
    void Continued(ControlledThread thread, Hooks.TaskResource task);
}
