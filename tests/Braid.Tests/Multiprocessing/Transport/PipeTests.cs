using Braid.Multiprocessing;

namespace Braid.Tests;

/// <summary>Pipes and their connections, both ends in one process.</summary>
public sealed class PipeTests : ConnectionContract
{
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

    protected override (Connection First, Connection Second) NewPair() => Pipe.Create();

    protected override int ReceiversOf(Connection connection) => SharedPipes.TransportOf(connection).Incoming.Peers.CountOf(RingWait.Get);

    private static int SendersOf(Connection connection) => SharedPipes.TransportOf(connection).Outgoing.Peers.CountOf(RingWait.Put);
}
