using Braid.Futures;
using Braid.Multiprocessing;

namespace Braid.Tests;

/// <summary>What the function of a map has captured is written once for all chunks, and every chunk has its own copy of it.</summary>
public sealed class MapFunctionTests : TimedTest
{
    private const int Items = 40;

    /// <summary>How large the captured data are: inline, in a segment.</summary>
    public static TheoryData<string, int> Ways => new((from way in Ways0 from bytes in (int[])[100, 200_000] select (way, bytes)).ToArray());

    private static string[] Ways0 => ["Map", "Imap", "ImapUnordered", "MapAsync", "Starmap", "StarmapAsync", "Executor.Map", "Executor.MapUnordered"];

    [Theory]
    [MemberData(nameof(Ways))]
    public void The_function_is_written_once_for_all_chunks(string way, int bytes)
    {
        using var pool = new Pool(2);
        using var executor = new ProcessPoolExecutor(2);
        var captured = new Counted(new byte[bytes]);
        captured.Bytes[^1] = 7;
        Assert.Equal(Enumerable.Range(7, Items), Run(way, pool, executor, n => n + captured.Bytes[^1]).Order());
        Assert.Equal(1, captured.Writes);
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public void No_chunk_sees_what_another_has_changed(string way, int bytes)
    {
        using var pool = new Pool(2);
        using var executor = new ProcessPoolExecutor(2);
        int[] counts = new int[bytes / sizeof(int)];
        Assert.Equal(Enumerable.Range(1, Items), Run(way, pool, executor, n => n + ++counts[0]).Order());
        Assert.Equal(0, counts[0]);
    }

    [Fact]
    public void Large_captured_data_are_read_again_only_when_they_were_changed()
    {
        using var pool = new Pool(1);
        var captured = new Counted(new byte[200_000]);
        int before = pool.Apply(static () => CountedConverter.Reads);
        Assert.All(pool.Map(n => CountedConverter.Reads + captured.Bytes[n], Enumerable.Range(0, Items), chunksize: 1), reads => Assert.Equal(before + 1, reads));
        Assert.Equal(Enumerable.Range(before + 2, 4), pool.Map(_ => CountedConverter.Reads + (captured.Bytes[^1]++ - captured.Bytes[0]), new int[4], chunksize: 1));
    }

    [Fact]
    public void Two_maps_at_once_find_each_their_own_function()
    {
        using var pool = new Pool(1);
        byte[] ones = [.. Enumerable.Repeat((byte)1, 100_000)];
        byte[] twos = [.. Enumerable.Repeat((byte)2, 100_000)];
        AsyncResult<int[]> first = pool.MapAsync(n => (int)ones[n], Enumerable.Range(0, Items), chunksize: 1);
        AsyncResult<int[]> second = pool.MapAsync(n => (int)twos[n], Enumerable.Range(0, Items), chunksize: 1);
        Assert.All(first.Get(Cancellation), static value => Assert.Equal(1, value));
        Assert.All(second.Get(Cancellation), static value => Assert.Equal(2, value));
        Assert.All(pool.Map(n => (int)twos[n], Enumerable.Range(0, Items), chunksize: 1), static value => Assert.Equal(2, value));
    }

    [Theory]
    [InlineData(100)]
    [InlineData(200_000)]
    public void The_items_of_one_chunk_share_what_the_function_has_captured(int bytes)
    {
        using var pool = new Pool(1);
        byte[] counts = new byte[bytes];
        Assert.Equal([1, 2, 3, 1, 2, 3], pool.Map(_ => ++counts[0], new int[6], chunksize: 3));
    }

    [Theory]
    [InlineData(100)]
    [InlineData(200_000)]
    public void An_item_that_is_captured_too_is_the_same_object_in_the_worker(int bytes)
    {
        using var pool = new Pool(1);
        Node[] nodes = [new(new byte[bytes]), new([]), new([])];
        Assert.Equal([true, false, false], pool.Map(node => ReferenceEquals(node, nodes[0]), nodes));
        Assert.Equal([0, 1, 2], pool.Map(node => System.Array.IndexOf(nodes, node), nodes, chunksize: 1));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public void An_item_that_is_begun_again_finds_the_captured_data_unchanged(int chunksize)
    {
        using var pool = new Pool(new ProcessPoolOptions { MaxWorkers = 1, Retries = 1 });
        using var begun = new RawArray<int>(8);
        byte[] counts = new byte[200_000];
        int[] seen = pool.Map(n => { int before = counts[n]++; if (n == 3 && ++begun[n] == 1) { PoolFault.KillMyself(); } return before; }, Enumerable.Range(0, 8), chunksize);
        Assert.Equal(new int[8], seen);
        Assert.Equal(2, begun[3]);
    }

    [Fact]
    public void Shared_objects_that_the_function_has_captured_live_as_long_as_its_chunks()
    {
        using var pool = new Pool(1);
        using var mayGoOn = new Event();
        AsyncResult<bool> before = pool.ApplyAsync(() => mayGoOn.TryWait(Ample));
        var numbers = new RawArray<int>(Enumerable.Range(0, Items));
        byte[] much = new byte[100_000];
        AsyncResult<int[]> sums = pool.MapAsync(n => numbers[n] + much[n], Enumerable.Range(0, Items), chunksize: 1);
        numbers.Dispose();      // here; no worker has opened it yet
        mayGoOn.Set();
        Assert.Equal(Enumerable.Range(0, Items), sums.Get(Cancellation));
        Assert.True(before.Get(Cancellation));
    }

    [Fact]
    public void A_function_that_cannot_travel_is_refused_by_the_name_of_what_it_has_captured()
    {
        using var pool = new Pool(1);
        var opened = new Threading.Event();
        Func<int, bool> function = _ => opened.TryWait();
        Assert.Contains("opened", Assert.Throws<PayloadException>(() => pool.Map(function, Enumerable.Range(0, 4), token: Cancellation)).Message, StringComparison.Ordinal);
        Assert.Contains("opened", Assert.Throws<PayloadException>(() => pool.Imap(function, Enumerable.Range(0, 4)).First()).Message, StringComparison.Ordinal);
        Assert.Equal([1], pool.Map(static n => n, [1]));
    }

    [Fact]
    public void What_the_map_has_lent_is_given_back() => QuietProcess.Run(static () =>
    {
        using var pool = new Pool(2);
        byte[] table = new byte[1_000_000];
        Func<int, int> function = n => n + table[n];
        Assert.Equal(Items, pool.Map(function, Enumerable.Range(0, Items), chunksize: 1).Length);
        int before = SegmentsOfThisProcess();
        Assert.True(GC.TryStartNoGCRegion(100_000_000));               // so that no finalizer gives back what was forgotten
        for (int round = 0; round < 20; round++)
        {
            Assert.Equal(Items, pool.Imap(function, Enumerable.Range(0, Items)).Count());
            _ = pool.Imap(function, Enumerable.Range(0, 1000)).First();
        }

        Eventually.Holds(() => SegmentsOfThisProcess() <= before + 4);   // the arena keeps a few
        Assert.Equal(System.Runtime.GCLatencyMode.NoGCRegion, System.Runtime.GCSettings.LatencyMode);
        return 0;
    });

    private static int SegmentsOfThisProcess() =>
        Directory.EnumerateFiles("/proc/self/fd").Count(static file => new FileInfo(file).LinkTarget?.Contains("braid-Payload", StringComparison.Ordinal) == true);

    private static IEnumerable<int> Run(string way, Pool pool, ProcessPoolExecutor executor, Func<int, int> function) => way switch
    {
        "Map" => pool.Map(function, Enumerable.Range(0, Items), chunksize: 1),
        "MapAsync" => pool.MapAsync(function, Enumerable.Range(0, Items), chunksize: 1).Get(),
        "Starmap" => pool.Starmap((int a, int b) => function(a + b), Enumerable.Range(0, Items).Select(static n => (n, 0)), chunksize: 1),
        "StarmapAsync" => pool.StarmapAsync((int a, int b) => function(a + b), Enumerable.Range(0, Items).Select(static n => (n, 0)), chunksize: 1).Get(),
        "Imap" => pool.Imap(function, Enumerable.Range(0, Items)),
        "ImapUnordered" => pool.ImapUnordered(function, Enumerable.Range(0, Items)),
        "Executor.Map" => executor.Map(function, Enumerable.Range(0, Items), chunksize: 1),
        _ => executor.MapUnordered(function, Enumerable.Range(0, Items), chunksize: 1),
    };

    private sealed class Node(byte[] bytes)
    {
        public byte[] Bytes => bytes;
    }

    /// <summary>Counts how often it is written.</summary>
    [System.Text.Json.Serialization.JsonConverter(typeof(CountedConverter))]
    private sealed class Counted(byte[] bytes)
    {
        public byte[] Bytes => bytes;

        public int Writes { get; set; }
    }

    private sealed class CountedConverter : System.Text.Json.Serialization.JsonConverter<Counted>
    {
        public static int Reads { get; private set; }

        public override Counted Read(ref System.Text.Json.Utf8JsonReader reader, Type typeToConvert, System.Text.Json.JsonSerializerOptions options)
        {
            Reads++;
            return new Counted(reader.GetBytesFromBase64());
        }

        public override void Write(System.Text.Json.Utf8JsonWriter writer, Counted value, System.Text.Json.JsonSerializerOptions options)
        {
            value.Writes++;
            writer.WriteBase64StringValue(value.Bytes);
        }
    }
}
