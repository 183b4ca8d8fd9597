using System.Net.Sockets;
using Braid.Multiprocessing;

namespace Braid.Tests;

/// <summary>Connections over sockets keep the contract of connections.</summary>
public abstract class SocketConnectionTests : ConnectionContract
{
    public static IEnumerable<TheoryDataRow<string, string>> Exchanges => Shapes;

    /// <summary>
    /// An attempt to receive ends when it has read often enough, wherever in a message that falls: with its last byte, within a header, or
    /// with bytes inside TLS that the socket will not announce.
    /// </summary>
    [Theory]
    [MemberData(nameof(Exchanges))]
    public async Task Messages_arrive_whole_wherever_an_attempt_ends(string send, string receive)
    {
        (Connection first, Connection second) = NewPair();
        using (first)
        using (second)
        {
            for (int reads = 1; reads <= 3; reads++)
            {
                Transport(first).ReadsPerAttempt = Transport(second).ReadsPerAttempt = reads;
                foreach (int length in new[] { 0, 16_380, 16_385, 300_000 })
                {
                    await Exchange(first, second, length, send, receive);
                }
            }
        }
    }

    [Fact]
    public async Task A_sender_that_gives_up_within_a_message_leaves_a_connection_that_says_so()
    {
        (Connection first, Connection second) = NewPair();
        using (first)
        using (second)
        {
            using var cancel = new CancellationTokenSource();
            await using var blocked = new BlockingActor();
            Task sent = blocked.Do(() => first.SendBytes(new byte[30_000_000], cancel.Token));
            Eventually.Holds(() => Transport(first).Watch.SenderCount == 1);
            cancel.Cancel();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sent);
            Assert.Contains("gave up", Assert.Throws<IOException>(() => first.Send(1)).Message, StringComparison.Ordinal);
            await Assert.ThrowsAsync<IOException>(() => first.SendAsync(1, Cancellation).AsTask());
            second.Send(2);
            Assert.Equal(2, first.Recv<int>());
            first.Close();
            Assert.Contains("within a message", Assert.Throws<IOException>(() => second.RecvBytes()).Message, StringComparison.Ordinal);
            Assert.Contains("within a message", Assert.Throws<IOException>(() => second.TryRecv(out int _)).Message, StringComparison.Ordinal);
            Assert.True(second.Poll());
        }
    }

    [Fact]
    public async Task Closing_ends_a_send_that_waits()
    {
        (Connection first, Connection second) = NewPair();
        using (second)
        {
            await using var blocked = new BlockingActor();
            Task sent = blocked.Do(() => first.SendBytes(new byte[30_000_000]));
            Eventually.Holds(() => Transport(first).Watch.SenderCount == 1);
            first.Close();
            await Assert.ThrowsAsync<ObjectDisposedException>(() => sent);
        }
    }

    [Fact]
    public async Task A_wait_ends_by_an_interrupt()
    {
        (Connection first, Connection second) = NewPair();
        using (first)
        using (second)
        {
            await using var blocked = new BlockingActor();
            Task received = blocked.Do(() => second.Recv<int>());
            Eventually.Holds(() => ReceiversOf(second) == 1);
            blocked.Thread.Interrupt();
            await Assert.ThrowsAsync<ThreadInterruptedException>(() => received);
            first.Send(1);
            Assert.Equal(1, second.Recv<int>());
        }
    }

    [Fact]
    public async Task Once_a_receiver_has_slept_in_its_call_nothing_else_blocks()
    {
        (Connection first, Connection second) = NewPair();
        using (first)
        using (second)
        {
            await using var blocked = new BlockingActor();
            foreach ((Connection sender, Connection receiver) in new[] { (first, second), (second, first) })
            {
                Task<int> received = blocked.Do(() => receiver.Recv<int>());
                Eventually.Holds(() => ReceiversOf(receiver) == 1);
                sender.Send(1);
                Assert.Equal(1, await received);
                Assert.False(receiver.Poll());
                Assert.False(receiver.TryRecv(out int _));
                Assert.False(receiver.TryRecv(out int _, Brief));
                using var cancel = new CancellationTokenSource();
                Task<int> awaited = receiver.RecvAsync<int>(cancel.Token).AsTask();
                Assert.Equal(1, ReceiversOf(receiver));
                cancel.Cancel();
                await Assert.ThrowsAnyAsync<OperationCanceledException>(() => awaited);
            }

            using var stop = new CancellationTokenSource();
            Task sent = blocked.Do(() => first.SendBytes(new byte[30_000_000], stop.Token));
            Eventually.Holds(() => Transport(first).Watch.SenderCount == 1);
            stop.Cancel();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sent);
        }
    }

    /// <summary>It does not wake until the kernel has a report for it, and everything else that ends a wait ends that sleep too.</summary>
    [Fact]
    public async Task A_caller_that_has_blocked_for_long_sleeps_until_there_is_something()
    {
        (Connection first, Connection second) = NewPair();
        await using var blocked = new BlockingActor();
        using (first)
        using (second)
        {
            using var cancel = new CancellationTokenSource();
            Func<int>[] receives =
            [
                () => second.Recv<int>(), () => second.Recv<int>(cancel.Token), () => second.TryRecv(out int value, Ample) ? value : -1,
                () => second.Poll(Ample) ? second.Recv<int>() : -1,
            ];
            foreach (Func<int> receive in receives)
            {
                Task<int> received = blocked.Do(receive);
                Sleeps(second);
                first.Send(1);
                Assert.Equal(1, await received);
            }

            Task<int> interrupted = blocked.Do(() => second.Recv<int>());
            Sleeps(second);
            blocked.Thread.Interrupt();
            await Assert.ThrowsAsync<ThreadInterruptedException>(() => interrupted);
            Task<int> cancelled = blocked.Do(() => second.Recv<int>(cancel.Token));
            Sleeps(second);
            cancel.Cancel();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled);
            Assert.False(await blocked.Do(() => second.TryRecv(out int _, TimeSpan.FromMilliseconds(150))));
            Task sent = blocked.Do(() => first.SendBytes(new byte[30_000_000]));
            Sleeps(first);
            Assert.Equal(30_000_000, (await second.RecvBytesAsync(token: Cancellation)).Length);
            await sent;
            Task<int> ended = blocked.Do(() => second.Recv<int>());
            Sleeps(second);
            first.Close();
            await Assert.ThrowsAsync<EndOfStreamException>(() => ended);
        }

        (first, second) = NewPair();
        using (first)
        {
            Task<int> closed = blocked.Do(() => second.Recv<int>());
            Sleeps(second);
            second.Close();
            await Assert.ThrowsAsync<ObjectDisposedException>(() => closed);
        }

        static void Sleeps(Connection connection) => Eventually.Holds(() => Transport(connection).Watch.SleeperCount == 1);
    }

    [Fact]
    public async Task A_report_that_there_is_room_takes_none_from_a_wait_for_a_message()
    {
        (Connection first, Connection second) = NewPair();
        using (first)
        using (second)
        {
            SocketWatch watch = Transport(second).Watch;
            ValueTask sent = second.SendBytesAsync(new byte[30_000_000], Cancellation);
            FutexPoint word = watch.ReceivePoint();
            watch.SetToReceive();
            Assert.Equal(30_000_000, first.RecvBytes().Length);   // there is room again and again meanwhile
            await sent;
            Assert.False(word.HasChanged);
            first.Send(1);
            Eventually.Holds(() => word.HasChanged);
            Assert.Equal(1, second.Recv<int>());
        }
    }

    [Fact]
    public async Task It_can_be_waited_for_beside_a_pipe_and_a_process()
    {
        (Connection first, Connection second) = NewPair();
        (Connection pipe, Connection reader) = Pipe.Create();
        using var end = new Multiprocessing.Event();
        var child = Multiprocessing.Process.Start(() => end.Wait());
        IWaitable[] many = [second, reader, child.Sentinel];
        Assert.Empty(Connection.Wait(many, Brief));
        Assert.Empty(await Connection.WaitAsync(many, Brief, Cancellation));
        await using var blocked = new BlockingActor();
        Task<IReadOnlyList<IWaitable>> waiting = blocked.Do(() => Connection.Wait(many));
        Task<IReadOnlyList<IWaitable>> awaiting = Connection.WaitAsync(many, token: Cancellation).AsTask();
        Eventually.Holds(() => ReceiversOf(second) == 1 && SharedPipes.TransportOf(reader).Incoming.Peers.CountOf(RingWait.Get) == 2);
        first.Send(1);
        Assert.Equal([second], await waiting);
        Assert.Equal([second], await awaiting);
        Assert.Equal([second], Connection.Wait(many));
        pipe.Send(1);
        Assert.Equal([second, reader], Connection.Wait(many));
        Assert.Equal(1, second.Recv<int>());
        waiting = blocked.Do(() => Connection.Wait([second]));
        second.Close();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => waiting);
        end.Set();
        child.Join();
        pipe.Close();
        reader.Close();
        first.Close();
    }

    [Fact]
    public void It_does_not_travel_and_nothing_that_is_shared_travels_over_it()
    {
        (Connection first, Connection second) = NewPair();
        using (first)
        using (second)
        {
            (Connection pipe, Connection reader) = Pipe.Create();
            using (pipe)
            using (reader)
            using (var shared = new Multiprocessing.Event())
            using (var memory = new SharedMemory(create: true, size: 100))
            {
                Assert.Contains("socket of this process", Assert.Throws<PayloadException>(() => pipe.Send(first)).Message, StringComparison.Ordinal);
                Assert.Contains("Connection", Assert.Throws<PayloadException>(() => Multiprocessing.Process.Start(() => first.Send(1))).Message, StringComparison.Ordinal);
                Assert.Throws<PayloadException>(() => first.Send(first));
                Assert.Contains("goes over no socket", Assert.Throws<PayloadException>(() => first.Send(pipe)).Message, StringComparison.Ordinal);
                Assert.Contains("goes over no socket", Assert.Throws<PayloadException>(() => first.Send(shared)).Message, StringComparison.Ordinal);
                Assert.Contains("goes over no socket", Assert.Throws<PayloadException>(() => first.Send(memory)).Message, StringComparison.Ordinal);
                first.Send(1);
                Assert.Equal(1, second.Recv<int>());
            }
        }
    }

    private protected static SocketTransport Transport(Connection connection) => (SocketTransport)connection.Transport;

    protected override int ReceiversOf(Connection connection) => Transport(connection).ReceiverCount;
}

/// <summary>Over a Unix socket.</summary>
public sealed class UnixConnectionTests : SocketConnectionTests
{
    [Theory]
    [InlineData(2)]
    [InlineData(10)]
    [InlineData(60_000)]
    public async Task An_interrupt_within_a_message_loses_nothing_of_it(int arrived)
    {
        byte[] message = new byte[100_000];
        new Random(1).NextBytes(message);
        byte[] frame = SocketPairs.Frame(message);
        (SocketTransport transport, Socket peer) = SocketPairs.NewRaw();
        using var connection = new Connection(transport);
        using (peer)
        {
            await using var blocked = new BlockingActor();
            Task<byte[]> received = blocked.Do(() => connection.RecvBytes());
            Eventually.Holds(() => ReceiversOf(connection) == 1);
            peer.Send(frame.AsSpan(0, arrived));
            blocked.Thread.Interrupt();   // takes effect at the end of a slice, when the part has been received
            await Assert.ThrowsAsync<ThreadInterruptedException>(() => received);
            Task<byte[]> again = blocked.Do(() => connection.RecvBytes());
            peer.Send(frame.AsSpan(arrived));
            Assert.Equal(message, await again);
        }
    }

    [Fact]
    public async Task Receivers_and_closers_may_meet_at_any_moment()
    {
        await using var blocked = new BlockingActor();
        for (int round = 0; round < 300; round++)
        {
            (SocketTransport transport, Socket peer) = SocketPairs.NewRaw();
            var connection = new Connection(transport);
            using (peer)
            {
                Task<byte[]> received = blocked.Do(() => connection.RecvBytes());
                await Task.Run(() => Thread.SpinWait(round * 20), Cancellation);
                connection.Close();
                await Assert.ThrowsAsync<ObjectDisposedException>(() => received);
            }
        }
    }

    protected override (Connection First, Connection Second) NewPair() => SocketPairs.New(null);
}

/// <summary>Over TCP.</summary>
public sealed class TcpConnectionTests : SocketConnectionTests
{
    /// <summary>
    /// A CPython sends nothing more until what it has sent is acknowledged: by an answer, or before a wait that follows none.
    /// </summary>
    [Fact]
    public async Task Whoever_waits_acknowledges_first_what_has_come_unless_it_has_answered()
    {
        (Connection first, Connection second) = NewPair();
        SocketTransport transport = Transport(second);
        using (first)
        using (second)
        {
            await using var blocked = new BlockingActor();
            using var cancel = new CancellationTokenSource();
            Func<Task<int>>[] receives =
            [
                () => blocked.Do(() => second.Recv<int>()), () => blocked.Do(() => second.Recv<int>(cancel.Token)),
                () => blocked.Do(() => second.TryRecv(out int value, Ample) ? value : -1),
                () => blocked.Do(() => second.Poll(Ample) ? second.Recv<int>() : -1),
                () => second.RecvAsync<int>(Cancellation).AsTask(),
                async () => await second.PollAsync(Ample, Cancellation) ? second.Recv<int>() : -1,
                async () => await transport.EndsAsync(Cancellation) ? -1 : second.Recv<int>(),
            ];
            foreach (Func<Task<int>> receive in receives)
            {
                foreach (bool answers in new[] { true, false })
                {
                    first.Send(1);
                    Assert.Equal(1, second.Recv<int>());
                    if (answers)
                    {
                        second.Send(2);
                        Assert.Equal(2, first.Recv<int>());
                    }

                    int before = transport.AcknowledgementCount;
                    Task<int> received = receive();
                    Eventually.Holds(() => ReceiversOf(second) == 1);
                    Assert.Equal(answers ? 0 : 1, transport.AcknowledgementCount - before);
                    Assert.True(answers || transport.AcknowledgesAtOnce);
                    first.Send(3);
                    Assert.Equal(3, await received);
                    second.Send(4);
                    Assert.Equal(4, first.Recv<int>());
                }
            }

            first.Send(1);
            Assert.Equal(1, second.Recv<int>());
            int last = transport.AcknowledgementCount;
            Task<IReadOnlyList<IWaitable>> beside = blocked.Do(() => Connection.Wait([second]));
            Eventually.Holds(() => transport.AcknowledgementCount == last + 1);
            first.Send(1);
            Assert.Equal([second], await beside);
        }
    }

    /// <summary>CPython sends the header of a long message by itself, and the message after it.</summary>
    [Fact]
    public async Task A_header_is_acknowledged_before_the_wait_for_its_message()
    {
        byte[] frame = SocketPairs.Frame(new byte[20_000]);
        (SocketTransport transport, Socket peer) = SocketPairs.NewRaw(overTcp: true);
        using var connection = new Connection(transport);
        using (peer)
        {
            await using var blocked = new BlockingActor();
            using var cancel = new CancellationTokenSource();
            Func<Task<byte[]>>[] receives =
            [
                () => blocked.Do(() => connection.RecvBytes()), () => blocked.Do(() => connection.RecvBytes(token: cancel.Token)),
                () => connection.RecvBytesAsync(token: Cancellation).AsTask(),
            ];
            foreach (Func<Task<byte[]>> receive in receives)
            {
                connection.SendBytes([1]);   // acknowledges the message before
                Task<byte[]> received = receive();
                Eventually.Holds(() => ReceiversOf(connection) == 1);
                int before = transport.AcknowledgementCount;
                peer.Send(frame.AsSpan(0, sizeof(int)));
                Eventually.Holds(() => transport.AcknowledgementCount == before + 1);
                peer.Send(frame.AsSpan(sizeof(int)));
                Assert.Equal(20_000, (await received).Length);
            }
        }
    }

    protected override (Connection First, Connection Second) NewPair() => SocketPairs.New(("localhost", 0));
}

/// <summary>Over TLS.</summary>
public sealed class TlsConnectionTests : SocketConnectionTests
{
    protected override (Connection First, Connection Second) NewPair() => SocketPairs.New(
        ("localhost", 0), new ListenerOptions { Tls = SocketPairs.ServerTls }, new ClientOptions { Tls = SocketPairs.ClientTls });
}
