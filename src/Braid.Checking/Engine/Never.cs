namespace Braid.Checking.Engine;

/// <summary>What never comes: who waits for it waits for time to pass.</summary>
internal sealed class Never : Resource
{
    public static readonly Never Instance = new();

    public override string Noun => "time to pass";

    public override bool CanProceed(ControlledThread thread) => false;
}
