namespace Braid.Checking.Engine;

/// <summary>Records what a run does. Only runs that are reported have a recorder.</summary>
internal interface IRecorder
{
    /// <summary>A run begins: everything recorded so far is dropped.</summary>
    void Begin();

    /// <summary>The thread takes this step now.</summary>
    void Step(ControlledThread thread, in Operation operation);

    /// <summary>The outcome of the thread's last step: a value read or written, "timed out", "false".</summary>
    void Outcome(ControlledThread thread, string text);

    /// <summary>The thread suspends the async method that it runs, which has this task.</summary>
    void Suspended(ControlledThread thread, Hooks.TaskResource method);

    /// <summary>The thread completed the task in its last step.</summary>
    void Completed(ControlledThread thread, Hooks.TaskResource task);

    /// <summary>The thread runs a continuation of the task.</summary>
    void Continued(ControlledThread thread, Hooks.TaskResource task);
}
