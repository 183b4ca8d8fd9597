namespace Braid.Checking.Engine;

/// <summary>The end of a thread, for which other threads can wait.</summary>
internal sealed class ThreadEnd : Resource
{
    /// <summary>Whether the thread has ended. Set by the thread itself in its last step.</summary>
    public bool IsReached { get; set; }

    public ControlledThread? Of { get; set; }

    public override string Noun => "thread";

    public override bool CanProceed(ControlledThread thread) => IsReached;

    public override ControlledThread? HolderBlocking(ControlledThread thread) => IsReached ? null : Of;
}
