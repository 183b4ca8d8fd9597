using Braid.Checking.Engine;

namespace Braid.Checking.Hooks;

/// <summary>An event: set until it is reset, or until one thread has taken the set.</summary>
internal sealed class EventResource(bool isSet, bool isAuto) : KernelObject(OperationKind.AwaitSignal, OperationKind.AwaitSignal), ISignal
{
    private bool _isSet = isSet;
    private bool _seen;

    public LostSignal? Lost { get; private set; }

    public override string Noun => "event";

    public override bool IsFreeFor(ControlledThread thread) => _isSet;

    public override bool TakeBy(ControlledThread thread, int site)
    {
        AcquireBy(thread);
        _seen = true;
        _isSet = !isAuto;
        return false;
    }

    public override void SignalBy(ControlledThread thread, int site)
    {
        if (_isSet && isAuto)
        {
            Lost = new LostSignal(thread, site, "it was set already");
        }

        _seen &= _isSet;
        _isSet = true;
        ReleaseBy(thread);
        HandOn();
    }

    public void ResetBy(ControlledThread thread, int site)
    {
        if (_isSet && !_seen)
        {
            Lost = new LostSignal(thread, site, "it was reset before anybody had waited");
        }

        _isSet = false;
    }
}
