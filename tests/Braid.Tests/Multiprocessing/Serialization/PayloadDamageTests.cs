using System.Buffers;
using Braid.Multiprocessing;
using FsCheck;
using FsCheck.Fluent;
using static Braid.Tests.PayloadRoundTrip;

namespace Braid.Tests;

/// <summary>What a reader does with payloads that were cut off, overwritten or made up: it throws <see cref="PayloadException"/>, and nothing else happens.</summary>
public sealed class PayloadDamageTests : TimedTest
{
    private static readonly Config s_config = Config.QuickThrowOnFailure.WithMaxTest(300).WithQuietOnSuccess(true);

    public static TheoryData<string> Samples() => [.. s_samples.Keys];

    private static readonly Dictionary<string, Sample> s_samples = new()
    {
        ["numbers"] = Sample.Of(new[] { 1, 2, 3 }),
        ["text"] = Sample.Of("some text"),
        ["texts"] = Sample.Of(new[] { "a", null, "b" }),
        ["grid"] = Sample.Of(new[,] { { 1L, 2L }, { 3L, 4L } }),
        ["tuple"] = Sample.Of(("a", 1, new List<int?> { 1, null })),
        ["boxes"] = Sample.Of(new List<object> { 1, 2, 3, 4, 5, "text", 1.5, 2.5, 3.5, 4.5 }),
        ["map"] = Sample.Of(new Dictionary<string, object?> { ["a"] = 1, ["b"] = new[] { "x" }, ["c"] = null }),
        ["set"] = Sample.Of(new HashSet<(int, string)> { (1, "a") }),
        ["stack"] = Sample.Of(new Stack<string>(["a", "b"])),
        ["object"] = Sample.Of<object>(new Pair("left", new Pair("right", null))),
        ["lambda"] = Sample.Of<Func<int, int>>(static x => x),
        ["closure"] = Closure(5, "x"),
        ["exception"] = Sample.Of<Exception>(new ArgumentOutOfRangeException("name", 5, "message")),
        ["aggregate"] = Sample.Of<Exception>(new AggregateException(new FormatException("a"), new InvalidOperationException("b", new FormatException("c")))),
        ["type"] = Sample.Of(typeof(Dictionary<string, Pair[]>)),
        ["uri"] = Sample.Of(new Uri("https://example.org")),
    };

    [Theory]
    [MemberData(nameof(Samples))]
    public void Every_payload_that_was_cut_off_is_refused(string name)
    {
        Sample sample = s_samples[name];
        for (int length = 0; length < sample.Bytes.Length; length++)
        {
            Assert.Throws<PayloadException>(() => sample.Read(sample.Bytes[..length]));
        }
    }

    [Theory]
    [MemberData(nameof(Samples))]
    public void A_payload_with_an_overwritten_byte_is_read_or_refused_and_nothing_else(string name)
    {
        Sample sample = s_samples[name];
        for (int at = 0; at < sample.Bytes.Length; at++)
        {
            foreach (byte value in (ReadOnlySpan<byte>)[0, 1, 2, 3, 7, 0x7F, 0x80, 0xFF, (byte)(sample.Bytes[at] ^ 1), (byte)(sample.Bytes[at] + 1)])
            {
                byte[] bytes = [.. sample.Bytes];
                bytes[at] = value;
                ReadOrRefuse(sample, bytes);
            }
        }
    }

    [Fact]
    public void Random_bytes_are_read_or_refused_and_nothing_else() =>
        Check.One(s_config, Prop.ForAll(ArbMap.Default.ArbFor<byte[]>(), bytes =>
        {
            foreach (Sample sample in s_samples.Values)
            {
                ReadOrRefuse(sample, bytes);
                ReadOrRefuse(sample, [sample.Bytes[0], .. bytes]);
            }
        }));

    [Fact]
    public void Random_data_arrives_as_it_was() =>
        Check.One(s_config, Prop.ForAll(ArbMap.Default.ArbFor<Tuple<string[], int[][], Dictionary<string, double?>, List<Tuple<char, DateTime>>>>(), data =>
        {
            Tuple<string[], int[][], Dictionary<string, double?>, List<Tuple<char, DateTime>>> back = Of(data);
            Assert.Equal(data.Item1, back.Item1);
            Assert.Equal(data.Item2, back.Item2);
            Assert.Equal(data.Item3, back.Item3);
            Assert.Equal(data.Item4, back.Item4);
        }));

    [Theory]
    [InlineData(typeof(int[]))]
    [InlineData(typeof(string[]))]
    [InlineData(typeof(string))]
    [InlineData(typeof(List<long>))]
    [InlineData(typeof(long[,]))]
    [InlineData(typeof(Dictionary<int, int>))]
    [InlineData(typeof(System.Collections.Generic.Queue<int>))]
    public void An_announced_size_is_compared_with_what_is_there_before_memory_is_taken(Type type)
    {
        var buffer = new ArrayBufferWriter<byte>();
        var writer = new PayloadWriter(buffer);
        writer.WriteVarint(0);
        if (type != typeof(string))
        {
            writer.WriteByte((byte)ReferenceKind.Exact);
        }

        if (type == typeof(Dictionary<int, int>))
        {
            writer.WriteByte(0);
        }

        writer.WriteVarint(500_000_000);
        writer.WriteVarint(2);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Throws<PayloadException>(() => Read(type, buffer.WrittenSpan.ToArray()));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1_000_000);
    }

    private static Sample Closure(int number, string text) => Sample.Of(() => text + number);

    private static unsafe void Read(Type type, byte[] bytes)
    {
        fixed (byte* start = bytes)
        {
            var reader = new PayloadReader(start, bytes.Length);
            reader.ReadVarint();
            PayloadCodec.Of(type).ReadBoxed(ref reader);
        }
    }

    private static void ReadOrRefuse(Sample sample, byte[] bytes)
    {
        try
        {
            sample.Read(bytes);
        }
        catch (PayloadException)
        {
            // one of the two outcomes that are right; any other exception fails the test
        }
    }

    private sealed record Pair(string Name, Pair? Next);

    private sealed record Sample(byte[] Bytes, Action<byte[]> Read)
    {
        public static Sample Of<T>(T value) => new(PayloadRoundTrip.Bytes(value), bytes => ReadSome<T>(bytes));

        private static unsafe void ReadSome<T>(byte[] bytes)
        {
            fixed (byte* start = bytes)
            {
                var reader = new PayloadReader(start, bytes.Length);
                Payload.Read<T>(ref reader);
                Assert.InRange(reader.Remaining, 0, bytes.Length);
            }
        }
    }
}
