namespace Braid.Checking.Tests.Hooks;

public sealed class InterlockedTests
{
    [Fact]
    public void A_compare_exchange_that_fails_has_only_read() => Explored.Holds(static () => BesidePlainRead(comparand: 0));

    [Fact]
    public void A_compare_exchange_that_succeeds_races_with_a_plain_read() =>
        Explored.Fails(Verdict.DataRace, static () => BesidePlainRead(comparand: 1));

    [Fact]
    public void References_are_compared_by_identity() => Explored.Holds(static () =>
    {
        string there = new('a', 1);
        string equal = new('a', 1);
        var other = new Thread(() => Interlocked.CompareExchange(ref there, "", equal));
        other.Start();
        string seen = there;
        other.Join();
        Assert.Same(there, seen);
    });

    private static void BesidePlainRead(int comparand)
    {
        int word = 1;
        var other = new Thread(() => Interlocked.CompareExchange(ref word, 1, comparand));
        other.Start();
        int seen = word;
        other.Join();
        Assert.Equal(1, seen);
    }
}
