using Braid.Multiprocessing;

namespace Braid.Tests;

/// <summary>Numbers that processes share.</summary>
internal sealed class SharedTally(int places) : Tally
{
    private readonly RawArray<int> _numbers = new(places);   // by Interlocked

    public override int Add(int place, int amount) => Interlocked.Add(ref _numbers[place], amount);
}
