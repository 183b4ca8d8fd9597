namespace Braid.Tests;

/// <summary>Of the variables that the lambdas of a scope capture together, each takes along what it uses itself.</summary>
public sealed class PayloadClosureTests : TimedTest
{
    private readonly int _field = 7;

    [Fact]
    public void What_only_a_neighbour_uses_stays_at_home()
    {
        using var stays = new BufferedStream(new MemoryStream());
        int number = 42;
        Func<long> neighbour = () => stays.Length;
        Assert.Equal(43, PayloadRoundTrip.Of(() => number + 1)());
        Assert.Equal(0, neighbour());
    }

    [Fact]
    public void The_variables_of_the_scope_around_travel_with_a_lambda_of_the_scope_inside()
    {
        using var stays = new BufferedStream(new MemoryStream());
        int outer = 40;
        Func<int>[] lambdas = [.. Enumerable.Range(0, 3).Select(inner => (Func<int>)(() => stays is null ? -1 : 0)), .. Enumerable.Range(0, 3).Select(inner => (Func<int>)(() => outer + inner))];
        Assert.Equal(42, PayloadRoundTrip.Of(lambdas[5])());
        Assert.Throws<Multiprocessing.PayloadException>(() => PayloadRoundTrip.Of(lambdas[0]));
    }

    [Fact]
    public async Task An_asynchronous_lambda_takes_what_it_uses_after_an_await()
    {
        using var stays = new BufferedStream(new MemoryStream());
        Func<long> neighbour = () => stays.Length;
        string text = "hello";
        Func<Task<string>> copy = PayloadRoundTrip.Of(async () =>
        {
            await Task.Yield();
            return text;
        });
        Assert.Equal("hello", await copy());
        Assert.Equal(0, neighbour());
    }

    [Fact]
    public void An_iterator_takes_what_it_uses()
    {
        int first = 5;
        IEnumerable<int> Numbers()
        {
            yield return first;
            yield return first + 1;
        }

        Assert.Equal([5, 6], PayloadRoundTrip.Of(() => Numbers().ToArray())());
    }

    [Fact]
    public void A_lambda_takes_what_the_lambdas_and_local_functions_in_it_use()
    {
        int number = 1;
        int Twice() => number * 2;
        Func<int> thrice = () => number * 3;
        Assert.Equal(6, PayloadRoundTrip.Of(() => Enumerable.Range(0, 2).Select(_ => number).Sum() * Twice() + 2)());
        Assert.Equal(3, PayloadRoundTrip.Of(() => thrice())());
    }

    [Fact]
    public void Two_lambdas_that_use_different_variables_share_them_over_there()
    {
        int common = 1;
        string other = "x";
        (Action add, Func<string> read) = PayloadRoundTrip.Of<(Action, Func<string>)>((() => common++, () => other + common));
        add();
        Assert.Equal("x2", read());
    }

    [Fact]
    public void This_travels_only_when_it_is_used()
    {
        int number = 1;
        Assert.Equal(2, PayloadRoundTrip.Of(() => number + 1)());
        Assert.ThrowsAny<Multiprocessing.ProcessException>(() => PayloadRoundTrip.Of(() => number + Refused.Length + _field));
    }

    private BufferedStream Refused { get; } = new(new MemoryStream());
}
