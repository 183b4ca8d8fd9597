namespace Braid.Stress;

/// <summary>One thing to hammer, and what must hold at the end.</summary>
internal abstract class Scenario
{
    public abstract string Name { get; }

    /// <summary>Hammers until the run's time is up, checks, and says in a few words what was checked.</summary>
    public abstract string Hammer(StressRun run);
}
