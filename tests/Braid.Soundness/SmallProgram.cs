namespace Braid.Soundness;

/// <summary>A program of a few operations, of which all that can happen is known.</summary>
/// <param name="Seed">Of the series that it belongs to.</param>
/// <param name="Number">Within that series.</param>
/// <param name="Things">What its threads share.</param>
/// <param name="Threads">First the main thread; the delays of CancelAfter are the last.</param>
/// <param name="Racing">A time limit may run out at any moment.</param>
internal sealed record SmallProgram(int Seed, int Number, IReadOnlyList<Thing> Things, IReadOnlyList<ThreadPlan> Threads, bool Racing)
{
    /// <summary>The name of its class.</summary>
    public string Name => $"Program{Number}";

    public int OpCount => Threads.Where(thread => thread.Role != ThreadRole.Delay).Sum(thread => thread.Ops.Count);
}
