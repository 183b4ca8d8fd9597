namespace Braid.Checking.Engine;

/// <summary>The target of a wait that only its time limit ends.</summary>
internal sealed class Never : Resource
{
    public static readonly Never Instance = new();

    public override string Noun => "time to pass";

    public override bool CanProceed(ControlledThread thread) => false;
}
