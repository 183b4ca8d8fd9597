namespace Braid.Checking.Strategies;

/// <summary>
/// Random numbers that depend only on a seed, a stream and the number of the run: a run can be restarted and draws the same numbers.
/// </summary>
/// <remarks>
/// SplitMix64 (Steele, Lea, Flood: Fast splittable pseudorandom number generators, OOPSLA 2014). A value type: a run allocates nothing.
/// </remarks>
internal struct RandomSource
{
    private const ulong Golden = 0x9E3779B97F4A7C15;

    private ulong _state;

    /// <param name="seed">The user's.</param>
    /// <param name="stream">Separates strategies that run under one seed.</param>
    /// <param name="run">The number of the run.</param>
    public RandomSource(ulong seed, uint stream, int run) =>
        _state = Mix(seed + Golden) ^ Mix(((ulong)stream << 32) | (uint)run);

    public ulong Next() => Mix(_state += Golden);

    /// <summary>A number from 0 to <paramref name="count"/> - 1, uniformly distributed.</summary>
    public int Below(int count) => (int)(((Next() >> 32) * (ulong)count) >> 32);

    /// <summary>True once in <paramref name="count"/> draws.</summary>
    public bool OneIn(int count) => Below(count) == 0;

    private static ulong Mix(ulong value)
    {
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
        return value ^ (value >> 31);
    }
}
