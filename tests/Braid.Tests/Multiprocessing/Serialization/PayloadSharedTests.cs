using System.Buffers;
using Braid.Multiprocessing;
using static Braid.Tests.PayloadRoundTrip;

namespace Braid.Tests;

public sealed class PayloadSharedTests : TimedTest
{
    [Fact]
    public unsafe void A_shared_object_arrives_as_a_twin_over_the_same_memory()
    {
        using var cell = new Cell(Segment.Create(SegmentKind.Value, 8));
        using Cell twin = Of(cell);
        Assert.NotSame(cell, twin);
        *cell.Segment.Data = 7;
        Assert.Equal(7, *twin.Segment.Data);
    }

    [Fact]
    public void One_shared_object_mentioned_twice_arrives_as_one_twin()
    {
        using var cell = new Cell(Segment.Create(SegmentKind.Value, 8));
        object[] back = Of<object[]>([cell, cell]);
        Assert.Same(back[0], back[1]);
        Assert.IsType<Cell>(back[0]).Dispose();
    }

    [Fact]
    public void A_captured_shared_object_travels_with_its_lambda()
    {
        using var cell = new Cell(Segment.Create(SegmentKind.Value, 8));
        using Cell twin = Of(() => cell)();
        Assert.Equal(cell.Segment.Id, twin.Segment.Id);
    }

    [Fact]
    public void The_payload_holds_the_memory_until_it_is_let_go()
    {
        var cell = new Cell(Segment.Create(SegmentKind.Value, 8));
        var writer = new PayloadWriter(new ArrayBufferWriter<byte>());
        Payload.Write(writer, cell);
        cell.Dispose();
        Segment carried = Assert.Single(writer.Carried!).Segment;
        Assert.False(carried.IsReleased);
        writer.ReleaseCarried();
        Assert.True(carried.IsReleased);
    }

    [Fact]
    public void A_shared_object_that_was_given_up_is_an_error()
    {
        var cell = new Cell(Segment.Create(SegmentKind.Value, 8));
        byte[] bytes = Bytes(cell);
        cell.Dispose();
        cell.Dispose();
        Assert.Contains("cannot be opened", Assert.Throws<PayloadException>(() => Read<Cell>(bytes)).Message, StringComparison.Ordinal);
        Assert.Contains("ObjectDisposedException", Assert.Throws<PayloadException>(() => Bytes(cell)).Message, StringComparison.Ordinal);
    }

    private sealed class Cell(Segment segment) : IShared<Cell>, IDisposable
    {
        public Segment Segment => segment;

        public static Cell Over(Segment segment) => new(segment);

        public void Dispose() => segment.Release();
    }
}
