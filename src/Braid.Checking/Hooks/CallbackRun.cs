using Braid.Checking.Engine;

namespace Braid.Checking.Hooks;

/// <summary>The one run of a callback that is registered with a cancellation token, as something to wait for.</summary>
internal sealed class CallbackRun : Resource
{
    public override string Noun => "cancellation callback";

    /// <summary>The thread that cancels; null until it calls this.</summary>
    public ControlledThread? By { get; private set; }

    public bool HasBegun => By is not null;

    public bool HasEnded { get; private set; }

    public override bool CanProceed(ControlledThread thread) => HasEnded;

    public override ControlledThread? HolderBlocking(ControlledThread thread) => HasEnded ? null : By;

    /// <summary>What the real token calls.</summary>
    /// <param name="registeredBy">What whoever registered it did before is known to the callback.</param>
    /// <param name="callback">The program's own.</param>
    public void Run(VectorClock registeredBy, Action callback)
    {
        By = ControlledThread.Current;
        By?.Clock.Join(registeredBy);
        try
        {
            callback();
        }
        finally
        {
            HasEnded = true;
            if (By is { } thread)
            {
                ReleaseBy(thread);
            }
        }
    }
}
