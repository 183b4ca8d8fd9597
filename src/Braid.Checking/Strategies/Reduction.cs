namespace Braid.Checking.Strategies;

/// <summary>A <see cref="PartialOrderSearch"/>, and if that gives up a <see cref="BoundedSearch"/> without a bound in its place.</summary>
internal sealed class Reduction : ISearch
{
    /// <summary>The search for one schedule of each order.</summary>
    public PartialOrderSearch Orders { get; } = new();

    /// <summary>The search for all schedules; null as long as it is not needed.</summary>
    public BoundedSearch? Schedules { get; private set; }

    public IReadOnlyList<BatchPart> Next(int most)
    {
        if (Orders.GaveUp is null)
        {
            return Orders.Exhausted ? [] : [new BatchPart(Orders, 0, most)];
        }

        Schedules ??= new BoundedSearch(int.MaxValue);
        return Schedules.Next(most);
    }

    public void Learn() => Schedules?.Learn();

    public void Restart()
    {
        Orders.Restart();
        Schedules = null;
    }
}
