using Braid.Multiprocessing;

namespace Braid.Tests;

/// <summary>Pipes and connections, both ends in one process. After CPython's <c>_TestConnection</c> and <c>_TestPoll</c>.</summary>
public sealed class PipeTests : TimedTest
{
    [Fact]
    public void Values_and_bytes_go_both_ways()
    {
        (Connection first, Connection second) = Pipe.Create();
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
        (Connection first, Connection second) = Pipe.Create();
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

    [Fact]
    public void A_pipe_of_one_direction_refuses_the_other()
    {
        (Connection reader, Connection writer) = Pipe.Create(duplex: false);
        using (reader)
        using (writer)
        {
            Assert.True(reader is { Readable: true, Writable: false });
            Assert.True(writer is { Readable: false, Writable: true });
            writer.Send(1);
            Assert.Equal(1, reader.Recv<int>());
            Assert.Throws<InvalidOperationException>(() => reader.Send(1));
            Assert.Throws<InvalidOperationException>(() => writer.Recv<int>());
            Assert.Throws<InvalidOperationException>(() => writer.Poll());
            Assert.Throws<InvalidOperationException>(() => Connection.Wait([reader, writer], TimeSpan.Zero));
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
        (Connection first, Connection second) = Pipe.Create();
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
        (Connection first, Connection second) = Pipe.Create();
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
        (Connection first, Connection second) = Pipe.Create();
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
        (Connection first, Connection second) = Pipe.Create();
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
        (Connection first, Connection second) = Pipe.Create();
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
    public void Messages_keep_their_bounds()
    {
        (Connection first, Connection second) = Pipe.Create();
        using (first)
        using (second)
        {
            byte[][] messages = [[1, 2], [], new byte[300_000], [3]];
            foreach (byte[] message in messages)
            {
                first.SendBytes(message);
            }

            foreach (byte[] message in messages)
            {
                Assert.Equal(message, second.RecvBytes());
            }

            Assert.False(second.Poll());
        }
    }

    [Fact]
    public async Task The_end_comes_once_all_was_received_after_the_last_object_of_the_other_end_was_closed()
    {
        (Connection first, Connection second) = Pipe.Create();
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
            Assert.Contains("broken", Assert.Throws<IOException>(() => second.Send(1)).Message, StringComparison.Ordinal);
            await Assert.ThrowsAsync<IOException>(() => second.SendAsync(1, Cancellation).AsTask());
        }
    }

    [Fact]
    public async Task Those_who_wait_learn_that_the_other_end_was_closed()
    {
        (Connection first, Connection second) = Pipe.Create();
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
    public async Task A_sender_waits_while_a_megabyte_is_unread_and_learns_of_the_end()
    {
        (Connection first, Connection second) = Pipe.Create();
        using (first)
        {
            first.SendBytes(new byte[2_000_000]);   // into the empty pipe, however long
            await using var sender = new BlockingActor();
            Task send = sender.Do(() => first.SendBytes([1]));
            Eventually.Holds(() => SendersOf(first) == 1);
            Assert.False(send.IsCompleted);
            Assert.Equal(2_000_000, second.RecvBytes().Length);
            await send;
            Assert.Equal([1], second.RecvBytes());
            first.SendBytes(new byte[2_000_000]);
            Task broken = sender.Do(() => first.SendBytes([1]));
            Eventually.Holds(() => SendersOf(first) == 1);
            second.Close();
            await Assert.ThrowsAsync<IOException>(() => broken);
        }
    }

    [Fact]
    public async Task A_wait_can_be_cancelled_and_takes_nothing()
    {
        (Connection first, Connection second) = Pipe.Create();
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
        (Connection first, Connection second) = Pipe.Create();
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
        (Connection first, Connection second) = Pipe.Create();
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

    [Fact]
    public void An_end_that_is_on_its_way_counts_as_held_and_arrives_usable()
    {
        (Connection first, Connection second) = Pipe.Create();
        (Connection carrier, Connection receiver) = Pipe.Create();
        using (first)
        using (carrier)
        using (receiver)
        {
            carrier.Send(second);
            second.Close();
            Assert.False(first.Poll());   // no end of the stream
            using (var arrived = receiver.Recv<Connection>())
            {
                Assert.False(carrier.Poll());
                Assert.False(first.Poll());
                arrived.Send("hello");
                Assert.Equal("hello", first.Recv<string>());
            }

            Assert.Throws<EndOfStreamException>(() => first.Recv<string>());
            Assert.Throws<PayloadException>(() => carrier.Send(second));
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void An_end_in_a_message_that_was_taken_is_held_until_the_message_is_read_or_thrown_away(bool reads)
    {
        (Connection first, Connection second) = Pipe.Create();
        (Connection carrier, Connection receiver) = Pipe.Create();
        using (first)
        using (carrier)
        using (receiver)
        {
            carrier.Send(second);
            second.Close();
            SharedPipes.TransportOf(receiver).Receive(out Message message, TimeSpan.Zero, Cancellation);
            HandlesInTransit.Prune();            // the sender sees that it was taken
            Assert.False(first.Poll());   // no end of the stream
            Connection? arrived = reads ? message.Read<Connection>() : null;
            message.Dispose();
            Assert.Equal(!reads, first.Poll());
            arrived?.Close();
            Assert.Throws<EndOfStreamException>(() => first.Recv<int>());
        }
    }

    [Fact]
    public void An_end_in_a_message_that_is_never_received_is_closed_with_the_message()
    {
        (Connection first, Connection second) = Pipe.Create();
        using (first)
        {
            (Connection carrier, Connection receiver) = Pipe.Create();
            carrier.Close();
            Assert.Throws<PayloadException>(() => receiver.Send(new object[] { second, new BufferedStream(new MemoryStream()) }));
            Assert.Throws<IOException>(() => receiver.Send(second));
            second.Close();
            receiver.Close();
            Assert.Throws<EndOfStreamException>(() => first.Recv<string>());
        }
    }

    [Fact]
    public void An_end_that_moves_is_never_found_closed()
    {
        const int Moves = 20_000;
        (Connection stays, Connection travels) = Pipe.Create();
        using var carrier = new Multiprocessing.Queue<Connection>();
        using (stays)
        {
            Connection end = travels;
            var mover = new System.Threading.Thread(() =>
            {
                for (int move = 0; move < Moves; move++)
                {
                    carrier.Put(end);
                    end.Close();
                    end = carrier.Get();
                }
            });
            mover.Start();
            int foundClosed = 0;
            while (mover.IsAlive)
            {
                foundClosed += stays.Poll() ? 1 : 0;
            }

            mover.Join();
            Assert.Equal(0, foundClosed);
            end.Close();
            Assert.True(stays.Poll());
        }
    }

    [Fact]
    public void What_a_dead_process_held_counts_no_more()
    {
        (Connection first, Connection second) = Pipe.Create();
        using (first)
        {
            var dead = new DeadProcess();
            SharedPipes.Hold(second, dead.Token);
            second.Close();
            Assert.False(first.Poll());
            dead.Die();
            Assert.Throws<EndOfStreamException>(() => first.Recv<int>());
        }
    }

    [Fact]
    public async Task Waiting_for_several_tells_which_are_ready()
    {
        (Connection First, Connection Second)[] pipes = [.. Enumerable.Range(0, 3).Select(_ => Pipe.Create())];
        IWaitable[] many = [.. pipes.Select(pipe => pipe.Second)];
        Assert.Empty(Connection.Wait([]));
        Assert.Empty(Connection.Wait(many, TimeSpan.Zero));
        Assert.Empty(Connection.Wait(many, Brief));
        Assert.Empty(await Connection.WaitAsync(many, Brief, Cancellation));
        Assert.Throws<ArgumentOutOfRangeException>("timeout", () => Connection.Wait(many, TimeSpan.FromSeconds(-2)));
        await using var blocked = new BlockingActor();
        Task<IReadOnlyList<IWaitable>> waiting = blocked.Do(() => Connection.Wait(many));
        Task<IReadOnlyList<IWaitable>> awaiting = Connection.WaitAsync(many, token: Cancellation).AsTask();
        Eventually.Holds(() => pipes.All(pipe => ReceiversOf(pipe.Second) == 2));
        pipes[1].First.Send(1);
        Assert.Same(many[1], Assert.Single(await waiting));
        Assert.Same(many[1], Assert.Single(await awaiting));
        pipes[2].First.Close();
        Assert.Equal([many[1], many[2]], Connection.Wait(many));
        Assert.All(pipes, pipe => Assert.Equal(0, ReceiversOf(pipe.Second)));
        using var cancel = new CancellationTokenSource();
        Task<IReadOnlyList<IWaitable>> cancelled = blocked.Do(() => Connection.Wait([many[0]], token: cancel.Token));
        Eventually.Holds(() => ReceiversOf(pipes[0].Second) == 1);
        cancel.Cancel();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled);
        foreach ((Connection first, Connection second) in pipes)
        {
            first.Close();
            second.Close();
        }
    }

    private static int ReceiversOf(Connection connection) => SharedPipes.TransportOf(connection).Incoming.Peers.CountOf(RingWait.Get);

    private static int SendersOf(Connection connection) => SharedPipes.TransportOf(connection).Outgoing.Peers.CountOf(RingWait.Put);
}
