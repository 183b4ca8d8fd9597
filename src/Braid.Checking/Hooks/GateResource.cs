using Braid.Checking.Engine;

namespace Braid.Checking.Hooks;

/// <summary>What is open or closed, and is waited for: a ManualResetEventSlim. Who waits looks again when he is woken, so a gate that was closed in between holds him.</summary>
internal sealed class GateResource(bool isSet) : Resource, ISignal
{
    private bool _seen;

    public bool IsSet { get; private set; } = isSet;

    public LostSignal? Lost { get; private set; }

    public override string Noun => "event";

    public override bool CanProceed(ControlledThread thread) => IsSet;

    public void SetBy(ControlledThread thread)
    {
        _seen &= IsSet;
        IsSet = true;
        ReleaseBy(thread);
    }

    public void PassBy(ControlledThread thread)
    {
        _seen = true;
        AcquireBy(thread);
    }

    public void ResetBy(ControlledThread thread, int site)
    {
        if (IsSet && !_seen)
        {
            Lost = new LostSignal(thread, site, "it was reset before anybody had waited");
        }

        IsSet = false;
    }
}
