using Braid.Checking.Engine;

namespace Braid.Checking.Hooks;

/// <summary>The single run of a callback that is registered with a cancellation token, as a resource to wait for.</summary>
internal sealed class CallbackRun : Resource
{
    public override string Noun => "cancellation callback";

    /// <summary>The thread that runs the callback, which is the one that cancels; null until the callback begins.</summary>
    public ControlledThread? Runner { get; private set; }

    public bool HasBegun => Runner is not null;

    public bool HasEnded { get; private set; }

    public override bool CanProceed(ControlledThread thread) => HasEnded;

    public override ControlledThread? HolderBlocking(ControlledThread thread) => HasEnded ? null : Runner;

    /// <summary>Called by the real token.</summary>
    /// <param name="registeredBy">The clock of the thread that registered the callback, at the registration.</param>
    /// <param name="callback">The program's own callback.</param>
    public void Run(VectorClock registeredBy, Action callback)
    {
        Runner = ControlledThread.Current;
        Runner?.Clock.Join(registeredBy);
        try
        {
            callback();
        }
        finally
        {
            HasEnded = true;
            if (Runner is { } thread)
            {
                ReleaseBy(thread);
            }
        }
    }
}
