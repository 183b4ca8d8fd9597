using Braid.Multiprocessing;

namespace Braid.Contracts;

public abstract partial class ConnectionContract
{
    private const int LongBytes = 3_000_001;   // more than any transport holds between its ends

    private static readonly Dictionary<string, Func<Connection, byte[], Actor, Task>> s_sends = new()
    {
        ["SendBytes"] = (connection, bytes, actor) => actor.Do(() => connection.SendBytes(bytes)),
        ["SendBytesAsync"] = (connection, bytes, _) => connection.SendBytesAsync(bytes, Cancellation).AsTask(),
        ["Send"] = (connection, bytes, actor) => actor.Do(() => connection.Send(bytes)),
        ["SendAsync"] = (connection, bytes, _) => connection.SendAsync(bytes, Cancellation).AsTask(),
    };

    private static readonly Dictionary<string, Func<Connection, Actor, Task<byte[]>>> s_byteReceives = new()
    {
        ["RecvBytes"] = (connection, actor) => actor.Do(() => connection.RecvBytes()),
        ["RecvBytes with a token"] = (connection, actor) => actor.Do(() => connection.RecvBytes(token: Cancellation)),
        ["RecvBytesAsync"] = (connection, _) => connection.RecvBytesAsync(token: Cancellation).AsTask(),
        ["RecvBytesInto"] = (connection, actor) => actor.Do(() =>
        {
            byte[] buffer = new byte[LongBytes + 1];
            return buffer[..connection.RecvBytesInto(buffer)];
        }),
        ["RecvBytesIntoAsync"] = async (connection, _) =>
        {
            byte[] buffer = new byte[LongBytes + 1];
            return buffer[..await connection.RecvBytesIntoAsync(buffer, Cancellation)];
        },
        ["Poll"] = (connection, actor) => actor.Do(() =>
        {
            Assert.True(connection.Poll(Timeout.InfiniteTimeSpan));
            return connection.RecvBytes();
        }),
        ["Poll with a timeout"] = (connection, actor) => actor.Do(() =>
        {
            Assert.True(connection.Poll(Ample));
            return connection.RecvBytes();
        }),
        ["PollAsync"] = async (connection, _) =>
        {
            Assert.True(await connection.PollAsync(Timeout.InfiniteTimeSpan, Cancellation));
            return await connection.RecvBytesAsync(token: Cancellation);
        },
        ["Wait"] = (connection, actor) => actor.Do(() =>
        {
            Assert.Equal([connection], Connection.Wait([connection]));
            return connection.RecvBytes();
        }),
        ["WaitAsync"] = async (connection, _) =>
        {
            Assert.Equal([connection], await Connection.WaitAsync([connection], token: Cancellation));
            return await connection.RecvBytesAsync(token: Cancellation);
        },
    };

    private static readonly Dictionary<string, Func<Connection, Actor, Task<byte[]>>> s_valueReceives = new()
    {
        ["Recv"] = (connection, actor) => actor.Do(() => connection.Recv<byte[]>()),
        ["RecvAsync"] = (connection, _) => connection.RecvAsync<byte[]>(Cancellation).AsTask(),
        ["TryRecv"] = (connection, actor) => actor.Do(() =>
        {
            Assert.True(connection.TryRecv(out byte[]? bytes, Ample));
            return bytes!;
        }),
        ["TryRecvAsync"] = async (connection, _) =>
        {
            (bool isReceived, byte[] bytes) = await connection.TryRecvAsync<byte[]>(Ample, Cancellation);
            Assert.True(isReceived);
            return bytes;
        },
    };

    /// <summary>Every way to send, with every way to receive what it sends.</summary>
    public static IEnumerable<TheoryDataRow<string, string>> Shapes =>
        from send in s_sends.Keys
        from receive in (send.Contains("Bytes", StringComparison.Ordinal) ? s_byteReceives : s_valueReceives).Keys
        select new TheoryDataRow<string, string>(send, receive);

    [Theory]
    [MemberData(nameof(Shapes))]
    public async Task Long_messages_arrive_whole_in_both_directions_at_once(string send, string receive)
    {
        (Connection first, Connection second) = NewPair();
        using (first)
        using (second)
        {
            await Exchange(first, second, LongBytes, send, receive);
        }
    }

    /// <summary>Sends a message each way, and both at once.</summary>
    protected static async Task Exchange(Connection first, Connection second, int length, string send, string receive)
    {
        byte[] there = new byte[length];
        byte[] back = new byte[length];
        new Random(1).NextBytes(there);
        new Random(2).NextBytes(back);
        Func<Connection, Actor, Task<byte[]>> receiving = s_byteReceives.GetValueOrDefault(receive) ?? s_valueReceives[receive];
        await using var firstSends = new BlockingActor();
        await using var firstReceives = new BlockingActor();
        await using var secondSends = new BlockingActor();
        await using var secondReceives = new BlockingActor();
        Task sends = Task.WhenAll(s_sends[send](first, there, firstSends), s_sends[send](second, back, secondSends));
        Task<byte[][]> receives = Task.WhenAll(receiving(first, firstReceives), receiving(second, secondReceives));
        try
        {
            await await Task.WhenAny(sends, receives).WaitAsync(Ample, Cancellation);   // the first that fails
            await Task.WhenAll(sends, receives).WaitAsync(Ample, Cancellation);
        }
        catch
        {
            first.Close();   // ends what still waits, or the actors would not end
            second.Close();
            throw;
        }

        byte[][] received = await receives;
        Assert.True(received[0].AsSpan().SequenceEqual(back));
        Assert.True(received[1].AsSpan().SequenceEqual(there));
    }
}
