using Braid.Checking.Engine;

namespace Braid.Checking.Hooks;

/// <summary>What is open or closed, and is waited for: a ManualResetEventSlim. Who waits looks again when he is woken, so a gate that was closed in between holds him.</summary>
internal sealed class GateResource(bool isSet) : Resource, ISignal
{
    private readonly SetHistory _sets = new();

    public bool IsSet { get; private set; } = isSet;

    public LostSignal? Lost => _sets.Lost;

    public int LastSignal => _sets.LastSignal;

    public override string Noun => "event";

    public override bool CanProceed(ControlledThread thread) => IsSet;

    public void SetBy(ControlledThread thread, int site)
    {
        _sets.SetBy(thread, site);
        IsSet = true;
        ReleaseBy(thread);
    }

    public void PassBy(ControlledThread thread)
    {
        _sets.Reach(thread);
        AcquireBy(thread);
    }

    public void ResetBy(ControlledThread thread, int site)
    {
        if (IsSet)
        {
            _sets.ResetBy(thread, site);
        }

        IsSet = false;
    }
}
