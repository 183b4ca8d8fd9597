namespace Braid.Contracts;

/// <summary>Numbers that acts change and a test looks at, wherever the acts are done; 0 at first.</summary>
/// <remarks>A captured variable would do for actors of this process only: what travels to another is a copy.</remarks>
public abstract class Tally
{
    public int this[int place] => Add(place, 0);

    public int First => this[0];

    /// <summary>Adds to a number at once, in the order of every other call.</summary>
    /// <returns>The sum.</returns>
    public abstract int Add(int place, int amount);

    /// <summary>Adds one to the first number.</summary>
    /// <inheritdoc cref="Add(int, int)" path="/returns"/>
    public int Count() => Add(0, 1);
}

/// <summary>Numbers of this process.</summary>
public sealed class LocalTally(int places) : Tally
{
    private readonly int[] _numbers = new int[places];   // by Interlocked

    public override int Add(int place, int amount) => Interlocked.Add(ref _numbers[place], amount);
}
