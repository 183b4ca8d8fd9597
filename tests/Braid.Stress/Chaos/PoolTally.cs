using Braid.Multiprocessing;

namespace Braid.Stress;

/// <summary>What many pools have done together.</summary>
internal sealed class PoolTally
{
    public long Tasks { get; private set; }

    public long Blows { get; private set; }

    public long Restarts { get; private set; }

    public long Failed { get; private set; }

    public long Cancelled { get; private set; }

    public long Retried { get; private set; }

    public void Add(PoolFigures figures, int tasks, int blows)
    {
        Tasks += tasks;
        Blows += blows;
        Restarts += figures.Restarts;
        Failed += figures.Failed;
        Cancelled += figures.Cancelled;
        Retried += figures.Retried;
    }
}
