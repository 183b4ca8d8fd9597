using Braid.Checking.Engine;

namespace Braid.Checking.Hooks;

/// <summary>An event: set until it is reset or, if it resets automatically, until one thread has taken the set.</summary>
internal sealed class EventResource(bool isSet, bool isAuto) : KernelObject(OperationKind.AwaitSignal, OperationKind.AwaitSignal), ISignal
{
    private bool _isSet = isSet;
    private readonly SetHistory _sets = new();

    public LostSignal? Lost => _sets.Lost;

    public int LastSignal => _sets.LastSignal;

    public override string Noun => "event";

    public override bool IsFreeFor(ControlledThread thread) => _isSet;

    public override bool TakeBy(ControlledThread thread, int site)
    {
        AcquireBy(thread);
        _sets.Reach(thread);
        if (isAuto)
        {
            _sets.Take();
            _isSet = false;
        }

        return false;
    }

    public override void SignalBy(ControlledThread thread, int site)
    {
        if (_isSet && isAuto)
        {
            _sets.SetAgainBy(thread, site);
        }

        _sets.SetBy(thread, site);
        _isSet = true;
        ReleaseBy(thread);
        Grant();
    }

    public void ResetBy(ControlledThread thread, int site)
    {
        if (_isSet)
        {
            _sets.ResetBy(thread, site);
        }

        _isSet = false;
    }
}
