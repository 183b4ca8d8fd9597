using Braid.Checking.Engine;

namespace Braid.Checking.Hooks;

/// <summary>
/// A gate that is open or closed: a ManualResetEventSlim. A woken waiter checks again, so a gate that was closed meanwhile blocks it.
/// </summary>
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
