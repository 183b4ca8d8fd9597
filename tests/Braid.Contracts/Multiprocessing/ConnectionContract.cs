using Braid.Multiprocessing;

namespace Braid.Contracts;

/// <summary>What two connections do, both in one process, whatever is between them. After CPython's <c>_TestConnection</c> and <c>_TestPoll</c>.</summary>
public abstract partial class ConnectionContract : TimedTest
{
    /// <summary>Two connections: what one sends, the other receives.</summary>
    protected abstract (Connection First, Connection Second) NewPair();

    /// <summary>How many wait to receive.</summary>
    protected abstract int ReceiversOf(Connection connection);

    [Fact]
    public void Values_and_bytes_go_both_ways()
    {
        (Connection first, Connection second) = NewPair();
        using (first)
        using (second)
        {
            Assert.True(first is { Readable: true, Writable: true, Closed: false });
            first.Send(new List<string> { "a", "b" });
            second.Send(7);
            second.SendBytes("bytes"u8);
            Assert.Equal(["a", "b"], second.Recv<List<string>>());
            Assert.Equal(7, first.Recv<int>());
            Assert.Equal("bytes"u8, first.RecvBytes());
        }
    }

    [Fact]
    public async Task Values_and_bytes_can_be_awaited()
    {
        (Connection first, Connection second) = NewPair();
        using (first)
        using (second)
        {
            ValueTask<int> value = second.RecvAsync<int>(Cancellation);
            await first.SendAsync(1, Cancellation);
            Assert.Equal(1, await value);
            ValueTask<byte[]> bytes = second.RecvBytesAsync(token: Cancellation);
            await first.SendBytesAsync(new byte[] { 2, 3 }, Cancellation);
            Assert.Equal([2, 3], await bytes);
            byte[] buffer = new byte[4];
            ValueTask<int> count = second.RecvBytesIntoAsync(buffer.AsMemory(1), Cancellation);
            await first.SendBytesAsync(new byte[] { 4 }, Cancellation);
            Assert.Equal(1, await count);
            Assert.Equal([0, 4, 0, 0], buffer);
            Assert.False((await second.TryRecvAsync<int>(Brief, Cancellation)).Success);
            await first.SendAsync(5, Cancellation);
            Assert.Equal((true, 5), await second.TryRecvAsync<int>(Brief, Cancellation));
        }
    }

    [Theory]
    [InlineData(0, null, "abcdef")]
    [InlineData(0, 0, "")]
    [InlineData(2, null, "cdef")]
    [InlineData(2, 3, "cde")]
    [InlineData(6, null, "")]
    [InlineData(6, 0, "")]
    public void Parts_of_a_buffer_are_sent(int offset, int? size, string expected)
    {
        (Connection first, Connection second) = NewPair();
        using (first)
        using (second)
        {
            first.SendBytes("abcdef"u8, offset, size);
            Assert.Equal(expected, System.Text.Encoding.ASCII.GetString(second.RecvBytes()));
        }
    }

    [Theory]
    [InlineData(-1, null, "offset")]
    [InlineData(7, null, "offset")]
    [InlineData(0, -1, "size")]
    [InlineData(0, 7, "size")]
    [InlineData(4, 3, "size")]
    public void Parts_outside_the_buffer_are_refused(int offset, int? size, string name)
    {
        (Connection first, Connection second) = NewPair();
        using (first)
        using (second)
        {
            Assert.Throws<ArgumentOutOfRangeException>(name, () => first.SendBytes("abcdef"u8, offset, size));
            Assert.False(second.Poll());
        }
    }

    [Fact]
    public void A_message_that_is_too_long_is_skipped_and_the_connection_goes_on()
    {
        (Connection first, Connection second) = NewPair();
        using (first)
        using (second)
        {
            first.SendBytes(new byte[100]);
            first.SendBytes("next"u8);
            var tooLong = Assert.Throws<IOException>(() => second.RecvBytes(99));
            Assert.Contains("100 bytes", tooLong.Message, StringComparison.Ordinal);
            Assert.Equal("next"u8, second.RecvBytes(4));
            Assert.Throws<ArgumentOutOfRangeException>("maxlength", () => second.RecvBytes(-1));
            second.Send(1);
            Assert.Equal(1, first.Recv<int>());
        }
    }

    [Fact]
    public void A_buffer_that_is_too_short_costs_nothing_for_the_exception_has_the_message()
    {
        (Connection first, Connection second) = NewPair();
        using (first)
        using (second)
        {
            byte[] buffer = new byte[8];
            first.SendBytes("hello"u8);
            Assert.Equal(5, second.RecvBytesInto(buffer.AsSpan(3)));
            Assert.Equal("\0\0\0hello"u8, buffer);
            first.SendBytes("hello"u8);
            var tooShort = Assert.Throws<BufferTooShortException>(() => second.RecvBytesInto(buffer.AsSpan(4)));
            Assert.Equal("hello"u8, tooShort.MessageBytes.Span);
            first.SendBytes("ok"u8);
            Assert.Equal(2, second.RecvBytesInto(buffer));
        }
    }

    [Fact]
    public async Task Poll_tells_a_message_also_an_empty_one_and_takes_nothing()
    {
        (Connection first, Connection second) = NewPair();
        using (first)
        using (second)
        {
            Assert.False(second.Poll());
            Assert.False(second.Poll(Brief));
            first.SendBytes([]);
            Assert.True(second.Poll());
            Assert.True(second.Poll(Timeout.InfiniteTimeSpan));
            Assert.True(await second.PollAsync(token: Cancellation));
            Assert.Empty(second.RecvBytes());
            Assert.False(await second.PollAsync(Brief, Cancellation));
            Assert.Throws<ArgumentOutOfRangeException>("timeout", () => second.Poll(TimeSpan.FromSeconds(-2)));
        }
    }

    [Fact]
    public async Task Messages_keep_their_bounds()
    {
        (Connection first, Connection second) = NewPair();
        using (first)
        using (second)
        {
            byte[][] messages = [[1, 2], [], new byte[300_000], [3]];
            await using var sender = new BlockingActor();
            Task sends = sender.Do(() => Array.ForEach(messages, message => first.SendBytes(message)));
            foreach (byte[] message in messages)
            {
                Assert.Equal(message, second.RecvBytes());
            }

            await sends;
            Assert.False(second.Poll());
        }
    }

    [Fact]
    public async Task The_end_comes_once_all_was_received_after_the_last_object_of_the_other_end_was_closed()
    {
        (Connection first, Connection second) = NewPair();
        using (second)
        {
            first.Send(1);
            first.Close();
            Assert.True(second.Poll());
            Assert.Equal(1, second.Recv<int>());
            Assert.True(second.Poll());
            Assert.Throws<EndOfStreamException>(() => second.Recv<int>());
            Assert.Throws<EndOfStreamException>(() => second.TryRecv(out int _));
            await Assert.ThrowsAsync<EndOfStreamException>(() => second.RecvAsync<int>(Cancellation).AsTask());
            IOException? broken = null;
            Eventually.Holds(() => (broken = Record.Exception(() => second.Send(1)) as IOException) is not null);   // TCP learns it by sending
            Assert.Contains("broken", broken!.Message, StringComparison.Ordinal);
            await Assert.ThrowsAsync<IOException>(() => second.SendAsync(1, Cancellation).AsTask());
        }
    }

    [Fact]
    public async Task Those_who_wait_learn_that_the_other_end_was_closed()
    {
        (Connection first, Connection second) = NewPair();
        using (second)
        {
            await using var blocked = new BlockingActor();
            Task receive = blocked.Do(() => second.Recv<int>());
            Task awaited = second.RecvAsync<int>(Cancellation).AsTask();
            Eventually.Holds(() => ReceiversOf(second) == 2);
            first.Close();
            await Assert.ThrowsAsync<EndOfStreamException>(() => receive);
            await Assert.ThrowsAsync<EndOfStreamException>(() => awaited);
        }
    }

    [Fact]
    public async Task A_wait_can_be_cancelled_and_takes_nothing()
    {
        (Connection first, Connection second) = NewPair();
        using (first)
        using (second)
        {
            using var cancel = new CancellationTokenSource();
            await using var blocked = new BlockingActor();
            Task receive = blocked.Do(() => second.Recv<int>(cancel.Token));
            Eventually.Holds(() => ReceiversOf(second) == 1);
            cancel.Cancel();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => receive);
            first.Send(1);
            Assert.Equal(1, second.Recv<int>());
        }
    }

    [Fact]
    public async Task A_closed_connection_is_of_no_more_use_and_ends_the_waits_on_it()
    {
        (Connection first, Connection second) = NewPair();
        await using var blocked = new BlockingActor();
        Task receive = blocked.Do(() => second.Recv<int>());
        Eventually.Holds(() => ReceiversOf(second) == 1);
        second.Close();
        second.Close();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => receive);
        Assert.True(second.Closed);
        Assert.Throws<ObjectDisposedException>(() => second.Send(1));
        Assert.Throws<ObjectDisposedException>(() => second.Recv<int>());
        Assert.Throws<ObjectDisposedException>(() => second.Poll());
        Assert.Throws<ObjectDisposedException>(() => second.Readable);
        Assert.Equal("Connection, closed", second.ToString());
        first.Close();
    }

    [Fact]
    public async Task Several_threads_on_each_end_mix_no_messages()
    {
        const int Each = 2000;
        (Connection first, Connection second) = NewPair();
        using (first)
        using (second)
        {
            await using var crew = new Crew(4, Cast.Mixed);
            int sent = 0;
            Task[] sends = [.. Enumerable.Range(0, 2).Select(who => crew[who].Do(
                () => SendAll(first, () => Interlocked.Increment(ref sent)),
                async () => await Task.Run(() => SendAll(first, () => Interlocked.Increment(ref sent)))))];
            int[][] got = await Task.WhenAll(Enumerable.Range(2, 2).Select(who => crew[who].Do(() => ReceiveAll(second))));
            await Task.WhenAll(sends);
            Assert.Equal(Enumerable.Range(1, 2 * Each), got.SelectMany(numbers => numbers).Order());
        }

        static void SendAll(Connection connection, Func<int> next)
        {
            for (int i = 0; i < Each; i++)
            {
                int number = next();
                connection.Send(Enumerable.Repeat(number, number % 50).Prepend(number).ToArray());
            }
        }

        static int[] ReceiveAll(Connection connection) => [.. Enumerable.Range(0, Each).Select(_ =>
        {
            int[] numbers = connection.Recv<int[]>();
            Assert.All(numbers, number => Assert.Equal(numbers[0], number));
            Assert.Equal(1 + (numbers[0] % 50), numbers.Length);
            return numbers[0];
        })];
    }
}
