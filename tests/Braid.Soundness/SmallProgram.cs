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

    /// <summary>
    /// Whether the outcome can show what the object holds. With a racing clock the main thread may come to its end while a timer's callback is in the midst of an
    /// operation, and whoever counts a bag waits for that.
    /// </summary>
    public bool CanShow(Thing thing) => thing.Kind != ThingKind.ConcurrentBag || !Racing || Threads.All(thread => thread.Role != ThreadRole.Callback);

    public int OpCount => Threads.Where(thread => thread.Role != ThreadRole.Delay).Sum(thread => thread.Ops.Count);
}
