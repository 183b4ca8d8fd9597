using Braid.Futures;
using Braid.Multiprocessing;

namespace Braid.Tests;

/// <summary>What is sent as one type is never read as another, whatever it travels through: every ordered pair of many types.</summary>
public sealed class TypedMessageTests : TimedTest
{
    public TypedMessageTests()
        : base(TimeSpan.FromMinutes(10))
    {
    }

    [Fact]
    public void A_connection_gives_a_value_as_its_own_type_only_and_refuses_it_once()
    {
        (Connection reader, Connection writer) = Pipe.Create(duplex: false);
        using (reader)
        using (writer)
        {
            ForEachPair(
                (sent, wanted) =>
                {
                    sent.Send(writer);
                    sent.Send(writer);
                    AssertRefused(sent, wanted, () => wanted.Receive(reader));
                    sent.Receive(reader);
                },
                sent =>
                {
                    sent.Send(writer);
                    sent.Receive(reader);
                });
            Assert.False(reader.Poll());
        }
    }

    [Fact]
    public void A_queue_gives_an_item_as_its_own_type_only_and_refuses_it_once()
    {
        using var queue = new Multiprocessing.Queue<int>();
        Segment segment = ((IShared)queue).Segment;
        ForEachPair(
            (put, wanted) =>
            {
                put.Put(segment);
                put.Put(segment);
                AssertRefused(put, wanted, () => wanted.Get(segment));
                put.Get(segment);
            },
            put =>
            {
                put.Put(segment);
                put.Get(segment);
            });
        Assert.True(queue.Empty);
    }

    [Fact]
    public void A_simple_queue_gives_an_item_as_its_own_type_only_and_refuses_it_once()
    {
        using var queue = new Multiprocessing.SimpleQueue<int>();
        Segment segment = ((IShared)queue).Segment;
        ForEachPair(
            (put, wanted) =>
            {
                put.PutSimply(segment);
                put.PutSimply(segment);
                AssertRefused(put, wanted, () => wanted.GetSimply(segment));
                put.GetSimply(segment);
            },
            put =>
            {
                put.PutSimply(segment);
                put.GetSimply(segment);
            });
        Assert.True(queue.Empty);
    }

    [Fact]
    public void A_call_reads_a_result_of_its_own_type_only() => ForEachPair(
        (returned, wanted) => AssertRefused(returned, wanted, () => wanted.ReadResult(returned.Result())),
        returned => returned.ReadResult(returned.Result()));

    [Fact]
    public void Values_and_bytes_are_not_taken_for_each_other()
    {
        (Connection reader, Connection writer) = Pipe.Create(duplex: false);
        using (reader)
        using (writer)
        {
            foreach (Sample sample in Sample.All)
            {
                writer.SendBytes(new byte[64]);
                AssertRefused("bytes", sample.ToString(), () => sample.Receive(reader));
                sample.Send(writer);
                AssertRefused(sample.ToString(), "bytes", () => reader.RecvBytes());
                sample.Send(writer);
                AssertRefused(sample.ToString(), "bytes", () => reader.RecvBytesInto(new byte[64]));
            }

            writer.SendBytes([]);
            AssertRefused("bytes", "System.Int32", () => reader.Recv<int>());
            writer.SendBytes([]);
            Assert.Empty(reader.RecvBytes());
        }
    }

    [Fact]
    public void Bytes_that_are_left_over_are_noticed()
    {
        byte[] longer = [.. PayloadRoundTrip.Bytes(7), 0];
        Assert.Contains("1 bytes are left behind a System.Int32", Assert.Throws<PayloadException>(() => PayloadRoundTrip.Read<int>(longer)).Message, StringComparison.Ordinal);
        Assert.Throws<PayloadException>(() => PayloadRoundTrip.Read<string>([.. PayloadRoundTrip.Bytes("text"), 0]));
    }

    [Fact]
    public void Another_process_is_told_both_types_too()
    {
        (Connection here, Connection there) = Pipe.Create();
        using (here)
        using (there)
        {
            string message = Process.Run(
                static connection =>
                {
                    connection.Send(new Sample.Box<DayOfWeek>(DayOfWeek.Monday));
                    return Assert.Throws<PayloadException>(() => connection.Recv<Sample.Box<Sample.Pair>>()).Message;
                },
                SendFirst(here, there));
            AssertNames(message, "Braid.Tests.Sample.Box<System.Guid>", "Braid.Tests.Sample.Box<Braid.Tests.Sample.Pair>");
            message = Assert.Throws<PayloadException>(() => here.Recv<DayOfWeek>()).Message;
            AssertNames(message, "Braid.Tests.Sample.Box<System.DayOfWeek>", "System.DayOfWeek");
        }

        static Connection SendFirst(Connection here, Connection there)
        {
            here.Send(new Sample.Box<Guid>(Guid.Empty));
            return there;
        }
    }

    [Fact]
    public void What_a_value_is_declared_as_decides_and_what_it_is_arrives_whole()
    {
        using var queue = new Multiprocessing.Queue<Sample.Shape>();
        queue.Put(new Sample.Circle(1, 2));
        Assert.Equal(new Sample.Circle(1, 2), queue.Get());
        (Connection first, Connection second) = Pipe.Create();
        using (first)
        using (second)
        {
            first.Send<Sample.IShape>(new Sample.Circle(1, 2));
            Assert.Equal(new Sample.Circle(1, 2), second.Recv<Sample.IShape>());
            first.Send<object>(new Sample.Pair(1, 2));
            Assert.Equal(new Sample.Pair(1, 2), second.Recv<object>());
        }
    }

    [Fact]
    public void A_function_of_a_derived_result_may_stand_for_one_of_its_base()
    {
        Func<string> text = static () => "text";
        Func<object> any = text;
        Func<Sample.Shape> shape = static () => new Sample.Shape(1);
        shape = (Func<Sample.Circle>)(static () => new Sample.Circle(1, 2));
        using var pool = new ProcessPoolExecutor(1);
        Assert.Equal("text", pool.Submit(any).Result());
        Assert.Equal(new Sample.Circle(1, 2), pool.Submit(shape).Result());
        Assert.Equal("text", Process.Run(any));
    }

    private static void ForEachPair(Action<Sample, Sample> different, Action<Sample> equal)
    {
        Assert.True(Sample.All.Count >= 30);
        foreach (Sample sent in Sample.All)
        {
            equal(sent);
            foreach (Sample wanted in Sample.All)
            {
                if (sent != wanted)
                {
                    different(sent, wanted);
                }
            }
        }
    }

    private static void AssertRefused(Sample sent, Sample wanted, Action read) => AssertRefused(sent.ToString(), wanted.ToString(), read);

    private static void AssertRefused(string sent, string wanted, Action read)
    {
        Exception? failure = Record.Exception(read);
        AssertNames((failure as PayloadException)?.Message ?? $"(what was sent as {sent} was read as {wanted}: {failure?.ToString() ?? "no exception"})", sent, wanted);
    }

    private static void AssertNames(string message, string sent, string wanted)
    {
        Assert.Contains($"was sent as {sent}, and is to be read as {wanted}.", message, StringComparison.Ordinal);
    }
}
