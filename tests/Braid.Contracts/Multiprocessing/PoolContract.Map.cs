using Braid.Multiprocessing;

namespace Braid.Contracts;

public abstract partial class PoolContract
{
    [Theory]
    [InlineData(null)]
    [InlineData(1)]
    [InlineData(20)]
    [InlineData(1000)]
    public async Task A_map_gives_the_results_in_the_order_of_the_items(int? chunksize)
    {
        int[] expected = [.. Enumerable.Range(0, 50).Select(Square)];
        Assert.Equal(expected, Shared.Map(Square, Enumerable.Range(0, 50), chunksize, Cancellation));
        Assert.Equal(expected, await Shared.MapAsync(Square, Enumerable.Range(0, 50), chunksize));
        Assert.Empty(Shared.Map(Square, Array.Empty<int>(), chunksize, Cancellation));
    }

    [Fact]
    public void A_starmap_gives_each_call_its_arguments()
    {
        (int, int)[] pairs = [(1, 5), (2, 3), (3, 2)];
        (int, int, int)[] triples = [(1, 2, 3), (4, 5, 6)];
        Assert.Equal([1, 8, 9], Shared.Starmap(static (int a, int b) => (int)Math.Pow(a, b), pairs, token: Cancellation));
        Assert.Equal([6, 120], Shared.Starmap(static (int a, int b, int c) => a * b * c, triples, chunksize: 2, Cancellation));
        Assert.Equal([6, 5, 5], Shared.StarmapAsync(static (int a, int b) => a + b, pairs).Get(Cancellation));
        Assert.Equal([6, 15], Shared.StarmapAsync(static (int a, int b, int c) => a + b + c, triples).Get(Cancellation));
    }

    [Theory]
    [InlineData(null)]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(100)]
    public void All_items_of_a_map_run_even_if_some_fail_and_the_first_failure_in_order_is_thrown(int? chunksize)
    {
        using var ran = new Value<int>();
        Func<int, int> count = number =>
        {
            ran.Update(static before => before + 1);
            return number is 4 or 7 or 8 ? Fail(number) : number;
        };
        Assert.Equal("4", Assert.Throws<ArithmeticException>(() => Shared.Map(count, Enumerable.Range(0, 12), chunksize, Cancellation)).Message);
        Assert.Equal(12, ran.Obj.Value);
    }

    [Fact]
    public void A_map_refuses_wrong_arguments_at_the_call()
    {
        Assert.Throws<ArgumentOutOfRangeException>("chunksize", () => Shared.Map(Square, [1], chunksize: 0));
        Assert.Throws<ArgumentOutOfRangeException>("chunksize", () => Shared.MapAsync(Square, [1], chunksize: -1));
        Assert.Throws<ArgumentOutOfRangeException>("chunksize", () => Shared.Imap(Square, [1], chunksize: 0));
        Assert.Throws<ArgumentOutOfRangeException>("chunksize", () => Shared.ImapUnordered(Square, [1], chunksize: 0));
        Assert.Throws<ArgumentNullException>("function", () => Shared.Map((Func<int, int>)null!, [1]));
        Assert.Throws<ArgumentNullException>("source", () => Shared.Map(Square, (int[])null!));
        Assert.Throws<ArgumentNullException>("function", () => Shared.Starmap((Func<int, int, int>)null!, [(1, 2)]));
        Assert.Throws<ArgumentNullException>("function", () => Shared.Apply((Func<int>)null!));
        Assert.Throws<ArgumentNullException>("function", () => Shared.ApplyAsync((Func<int, int>)null!, 1));
    }

    [Fact]
    public void What_the_source_of_a_map_throws_is_thrown_by_the_call()
    {
        Assert.Throws<ArithmeticException>(() => Shared.Map(Square, NumbersThatFail(1)));
        Assert.Throws<ArithmeticException>(() => Shared.MapAsync(Square, NumbersThatFail(20), chunksize: 7));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(100)]
    public async Task A_lazy_map_gives_the_results_as_they_come(int chunksize)
    {
        int[] expected = [.. Enumerable.Range(0, 50).Select(Square)];
        Assert.Equal(expected, (IEnumerable<int>)Shared.Imap(Square, Enumerable.Range(0, 50), chunksize));
        Assert.Equal(expected, Shared.ImapUnordered(Square, Enumerable.Range(0, 50), chunksize).Order());
        var got = new List<int>();
        await foreach (int result in Shared.Imap(Square, Enumerable.Range(0, 50), chunksize))
        {
            got.Add(result);
        }

        Assert.Equal(expected, got);
        await foreach (int result in Shared.ImapUnordered(Square, Enumerable.Range(0, 50), chunksize))
        {
            got.Add(result);
        }

        Assert.Equal(expected, got.Skip(50).Order());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(4)]
    public void A_lazy_map_gives_all_results_before_what_its_source_throws(int chunksize)
    {
        foreach (bool isUnordered in new[] { false, true })
        {
            var got = new List<int>();
            Assert.Throws<ArithmeticException>(() =>
                AddTo(got, isUnordered ? Shared.ImapUnordered(Square, NumbersThatFail(7), chunksize) : Shared.Imap(Square, NumbersThatFail(7), chunksize)));
            Assert.Equal(Enumerable.Range(0, 7).Select(Square), got.Order());
        }
    }

    [Fact]
    public void A_lazy_map_reads_an_endless_source_no_further_than_its_buffer()
    {
        int read = 0;
        using IEnumerator<int> results = Shared.Imap(Square, Enumerable.Range(0, int.MaxValue).Select(i => read = i), chunksize: 2, buffersize: 8).GetEnumerator();
        for (int i = 0; i < 500; i++)
        {
            Assert.True(results.MoveNext());
            Assert.Equal(Square(i), results.Current);
            Assert.InRange(read, i, i + 8);
        }

        IEnumerable<int> unbounded = Shared.ImapUnordered(Square, Enumerable.Range(0, int.MaxValue).Select(i => read = i));
        Assert.Equal(300, unbounded.Take(300).Count());
        Assert.InRange(read, 299, 800);
    }

    [Fact]
    public void A_failed_item_of_a_lazy_map_throws_in_its_place()
    {
        var got = new List<int>();
        Assert.Throws<ArithmeticException>(() => AddTo(got, Shared.Imap(static i => i == 5 ? Fail(i) : i, Enumerable.Range(0, 100))));
        Assert.Equal([0, 1, 2, 3, 4], got);
        Assert.Equal(4, Shared.Apply(Square, 2));
    }

    private static void AddTo(List<int> got, IEnumerable<int> results)
    {
        foreach (int result in results)
        {
            got.Add(result);
        }
    }

    private static IEnumerable<int> NumbersThatFail(int at)
    {
        for (int i = 0; i < at; i++)
        {
            yield return i;
        }

        throw new ArithmeticException("the source");
    }
}
