using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using Braid.Multiprocessing;

namespace Braid.Tests;

/// <summary>
/// Mutated sessions, from a seed, for a limited time: no exception but those that are documented, no hang, and no proof accepted that is none.
/// </summary>
/// <remarks>BRAID_FUZZ_SECONDS and BRAID_FUZZ_SEED have it run longer, or again.</remarks>
public sealed class SocketFuzzTests() : TimedTest(TimeSpan.FromSeconds(s_seconds) + TimeSpan.FromMinutes(3))
{
    private static readonly double s_seconds = Setting("BRAID_FUZZ_SECONDS", 1.5);
    private static readonly int s_seed = (int)Setting("BRAID_FUZZ_SEED", Environment.TickCount);

    private static ReadOnlySpan<byte> Key => SocketPairs.Key;

    [Fact]
    public void No_mutated_handshake_is_completed_or_fails_in_another_way_than_by_a_refusal() => Run("handshakes", static random =>
    {
        bool isListener = random.Next(2) == 0;
        Handshake side = isListener ? Handshake.OfListener(Key, random.Next(2) == 0) : Handshake.OfClient(Key, random.Next(2) == 0);
        Handshake other = isListener ? Handshake.OfClient(Key, true) : Handshake.OfListener(Key, true);
        bool isProved = true;
        byte[]? next = isListener ? null : other.Reply;
        for (int step = 0; side.Failure is null && !side.IsComplete && step < 6; step++)
        {
            if (next is null)
            {
                other.Take(side.Reply);
                next = other.Reply ?? [];
            }

            bool isProof = next.AsSpan().StartsWith("{"u8);
            byte[] sent = random.Next(3) == 0 ? Mutate(random, next) : next;
            isProved &= !isProof || sent.AsSpan().SequenceEqual(next);
            side.Take(sent);
            next = null;
            Assert.True(side.Reply is null || side.Reply.Length <= Handshake.LongestMessage);
            if (side.Reply is null && !side.IsComplete && side.Failure is null)
            {
                break;
            }
        }

        Assert.True(isProved || !side.IsComplete);
    });

    [Fact]
    public void No_mutated_stream_is_received_in_another_way_than_by_messages_and_documented_exceptions() => Run("streams", static random =>
    {
        (SocketTransport transport, Socket peer) = SocketPairs.NewRaw(longest: 100_000);
        using var connection = new Connection(transport);
        byte[] stream = Mutate(random, [.. Enumerable.Range(0, random.Next(1, 6)).SelectMany(_ => SocketPairs.Frame(new byte[random.Next(10) == 0 ? random.Next(40_000) : random.Next(20)]))]);
        peer.Blocking = false;
        using (peer)
        {
            for (int sent = 0; sent < stream.Length;)
            {
                int count = Math.Min(stream.Length - sent, random.Next(4) == 0 ? random.Next(1, 8) : 60_000);
                count = peer.Send(stream.AsSpan(sent, count), SocketFlags.None, out SocketError error);
                if (error is not (SocketError.Success or SocketError.WouldBlock))
                {
                    break;   // it was closed because of what came before
                }

                sent += Math.Max(0, count);
                if (error == SocketError.WouldBlock || random.Next(4) == 0)
                {
                    ReceiveAll(connection, ends: false);
                }
            }
        }

        ReceiveAll(connection, ends: true);
    });

    private static void ReceiveAll(Connection connection, bool ends)
    {
        long total = 0;
        try
        {
            while (ends || connection.Poll())
            {
                byte[] message = connection.RecvBytes();
                Assert.InRange(message.Length, 0, 100_000);
                total += message.Length;
                Assert.InRange(total, 0, 1_000_000);
            }
        }
        catch (Exception exception) when (exception is IOException or InvalidDataException)
        {
            Assert.True(connection.Poll());
            Assert.ThrowsAny<Exception>(() => connection.RecvBytes());
        }
    }

    private static byte[] Mutate(Random random, byte[] bytes)
    {
        List<byte> mutated = [.. bytes];
        for (int times = random.Next(1, 4); times > 0; times--)
        {
            int at = random.Next(mutated.Count + 1);
            switch (random.Next(7))
            {
                case 0 when at < mutated.Count:
                    mutated[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 1 when at < mutated.Count:
                    mutated[at] = (byte)(random.Next(3) switch { 0 => 0, 1 => 0xff, _ => random.Next(256) });
                    break;
                case 2:
                    mutated.RemoveRange(at, Math.Min(random.Next(40), mutated.Count - at));
                    break;
                case 3:
                    mutated.InsertRange(at, new byte[random.Next(40)]);
                    break;
                case 4:
                    mutated.InsertRange(at, mutated.Slice(0, random.Next(mutated.Count + 1)));
                    break;
                case 5:
                    mutated.InsertRange(at, [0xff, 0xff, 0xff, 0xff, .. BitConverter.GetBytes(random.NextInt64())]);
                    break;
                default:
                    mutated.InsertRange(at, random.Next(3) switch { 0 => "#CHALLENGE#"u8.ToArray(), 1 => "{sha3_384}"u8.ToArray(), _ => "#WELCOME#"u8.ToArray() });
                    break;
            }
        }

        return [.. mutated];
    }

    private static void Run(string what, Action<Random> once)
    {
        long began = Stopwatch.GetTimestamp();
        int inputs = 0;
        for (; Stopwatch.GetElapsedTime(began).TotalSeconds < s_seconds; inputs++)
        {
            int seed = unchecked(s_seed + inputs);
            try
            {
                once(new Random(seed));
            }
            catch (Exception exception)
            {
                throw new InvalidOperationException($"BRAID_FUZZ_SEED={seed} finds it at once.", exception);
            }
        }

        TestContext.Current.TestOutputHelper!.WriteLine($"{inputs:N0} {what} in {s_seconds} s from seed {s_seed}");
        Assert.True(inputs > 10);
    }

    private static double Setting(string name, double usual) =>
        double.TryParse(Environment.GetEnvironmentVariable(name), CultureInfo.InvariantCulture, out double set) ? set : usual;
}
