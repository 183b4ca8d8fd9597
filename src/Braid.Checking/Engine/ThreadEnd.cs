namespace Braid.Checking.Engine;

/// <summary>The end of a thread, as something to wait for.</summary>
internal sealed class ThreadEnd : Resource
{
    /// <summary>Set by the thread itself as its last step.</summary>
    public bool HasCome { get; set; }

    public ControlledThread? Of { get; set; }

    public override string Noun => "thread";

    public override bool CanProceed(ControlledThread thread) => HasCome;

    public override ControlledThread? HolderBlocking(ControlledThread thread) => HasCome ? null : Of;
}
