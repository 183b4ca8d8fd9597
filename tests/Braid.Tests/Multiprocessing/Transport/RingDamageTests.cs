using System.Runtime.InteropServices;
using Braid.Multiprocessing;

namespace Braid.Tests;

/// <summary>What one side of a channel may have written over it: the other side touches nothing outside, and says what is wrong.</summary>
public sealed unsafe class RingDamageTests : TimedTest
{
    private const int Capacity = 1024;

    private static readonly long[] s_nonsense = [-1, 1, 31, 33, -32, Capacity + 32, 1L << 20, 1L << 40, long.MaxValue, long.MinValue, 0x7FFF_FFFF_FFFF_FFE0];

    private readonly byte* _memory = (byte*)NativeMemory.AllocZeroed(SpscRing.HeadBytes + Capacity);

    public override void Dispose()
    {
        NativeMemory.Free(_memory);
        base.Dispose();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(8)]
    [InlineData(16)]
    public void A_reader_believes_no_place_of_its_writer(int offset)
    {
        foreach (long value in s_nonsense)
        {
            SpscRing ring = NewRing(messages: 2);
            *(long*)(_memory + offset) = value;
            Read(ring);
        }
    }

    [Fact]
    public void A_reader_believes_no_length_of_a_message()
    {
        foreach (long value in s_nonsense)
        {
            SpscRing ring = NewRing(messages: 2);
            SpscRing reader = ring;
            *(long*)(_memory + SpscRing.HeadBytes) = value;
            Assert.True(Read(reader) || value is 1 or 31 or 33, $"{value} bytes");
        }
    }

    [Fact]
    public void A_writer_believes_no_place_of_its_reader()
    {
        foreach (long value in s_nonsense)
        {
            SpscRing ring = NewRing(messages: 2);
            *(long*)(_memory + 64) = value;
            long unread = ring.WrittenBytes - value;
            if (unread is < 0 or > Capacity || unread % 32 != 0)
            {
                InvalidDataException told = Assert.Throws<InvalidDataException>(() => ring.Reserve(64, out _) is not null);
                Assert.Contains(value.ToString(System.Globalization.CultureInfo.InvariantCulture), told.Message, StringComparison.Ordinal);
            }
            else
            {
                RingMessage* message = ring.Reserve(64, out long room);   // a place that could be
                Assert.True(message is null || IsInside(message, room));
            }
        }
    }

    [Fact]
    public void What_was_reserved_is_read_inside_of_the_ring_only()
    {
        foreach (long value in s_nonsense)
        {
            SpscRing ring = NewRing(messages: 1);
            ring.Reserve(64, out _);
            *(long*)(_memory + 16) = value;
            foreach (int bytes in (ReadOnlySpan<int>)[0, 64, Capacity, int.MaxValue, -1])
            {
                try
                {
                    ReadOnlySpan<byte> reserved = ring.Reserved(bytes);
                    fixed (byte* first = reserved)
                    {
                        Assert.True(reserved.IsEmpty || (first >= _memory + SpscRing.HeadBytes && first + reserved.Length <= _memory + SpscRing.HeadBytes + Capacity));
                    }
                }
                catch (InvalidDataException)
                {
                    // It says so.
                }
            }
        }
    }

    /// <returns>Whether it was found out.</returns>
    private bool Read(SpscRing ring)
    {
        try
        {
            for (int count = 0; count < 100 && ring.TryPeek(out RingFrame frame); count++)
            {
                Assert.True(IsInside(frame.Message, frame.Bytes));
                ring.Consume(frame);
            }

            return false;
        }
        catch (InvalidDataException)
        {
            return true;
        }
    }

    private bool IsInside(RingMessage* message, long bytes) =>
        bytes >= 0 && message >= _memory + SpscRing.HeadBytes && RingMessage.Data(message) + bytes <= _memory + SpscRing.HeadBytes + Capacity;

    private SpscRing NewRing(int messages)
    {
        new Span<byte>(_memory, SpscRing.HeadBytes + Capacity).Clear();
        var ring = new SpscRing((RingHead*)_memory, _memory + SpscRing.HeadBytes, Capacity);
        for (int count = 0; count < messages; count++)
        {
            ring.Commit(ring.Reserve(48, out _), 48, kind: 7, id: count);
        }

        return ring;
    }
}
