using System.Buffers;
using System.Net.Sockets;
using Braid.Multiprocessing;
using static Braid.Tests.Sample;

namespace Braid.Tests;

/// <summary>Over a socket goes plain data alone: nothing that a peer sends names a type to load or a method to run.</summary>
public sealed class PlainDataTests : TimedTest
{
    public static TheoryData<string> Names => [.. s_hostile.Keys];

    /// <summary>Values whose payloads name a type or a method, or lead to memory of this machine, each as which it would be received.</summary>
    private static readonly Dictionary<string, Hostile> s_hostile = new()
    {
        ["derived object"] = Of<Shape>(new Circle(1, 2)),
        ["object"] = Of<object>(new Pair(1, 2)),
        ["objects in a list"] = Of(new List<object> { 1, new Pair(1, 2) }),
        ["object in a field"] = Of(new Holder { Held = new Pair(1, 2) }),
        ["interface"] = Of<IShape>(new Circle(1, 2)),
        ["boxed enum"] = Of<object>(DayOfWeek.Friday),
        ["type"] = Of(typeof(Pair)),
        ["type in a field"] = Of(new Holder { Held = typeof(Pair) }),
        ["lambda"] = Of<Func<int>>(static () => 1),
        ["closure"] = Closure("secret"),
        ["method"] = Of<Action<string>>(Console.WriteLine),
        ["delegate in a field"] = Of(new Holder { Held = (Action)GC.Collect }),
        ["object that serializes itself"] = Of(new Custom(5)),
        ["lock"] = Of(new Multiprocessing.Lock()),
        ["queue"] = Of(new Multiprocessing.Queue<int>()),
        ["named memory"] = Of(new SharedMemory(create: true, size: 10)),
    };

    [Theory]
    [MemberData(nameof(Names))]
    public void What_would_name_a_type_is_refused_by_its_sender(string name)
    {
        (Connection first, Connection second) = SocketPairs.New(null);
        using (first)
        using (second)
        {
            s_hostile[name].RefuseToSend(first);
            first.Send(1);
            Assert.Equal(1, second.Recv<int>());
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void What_names_a_type_is_refused_by_its_receiver_also_from_a_peer_that_has_built_it_itself(string name)
    {
        (SocketTransport transport, Socket peer) = SocketPairs.NewRaw();
        using var connection = new Connection(transport);
        using (peer)
        {
            peer.Send(SocketPairs.Frame(s_hostile[name].Bytes));
            s_hostile[name].RefuseToReceive(connection);
            peer.Send(SocketPairs.Frame(PayloadRoundTrip.Bytes("next")));
            Assert.Equal("next", connection.Recv<string>());
        }
    }

    [Fact]
    public void Plain_data_of_every_kind_arrives()
    {
        (Connection first, Connection second) = SocketPairs.New(null);
        using (first)
        using (second)
        {
            Sample[] plain = [.. Sample.All.Where(static sample => sample.Type != typeof(Type) && sample.Type != typeof(Exception) && !sample.Type.IsInterface)];
            Assert.True(plain.Length > 35);
            foreach (Sample sample in plain)
            {
                sample.Send(first);
                sample.Receive(second);
            }

            first.Send<object?[]>([1, "a", null, 2.5]);
            Assert.Equal([1, "a", null, 2.5], second.Recv<object?[]>());
            first.Send(new Dictionary<string, List<(int, string?)>> { ["a"] = [(1, null)] });
            Assert.Equal((1, null), second.Recv<Dictionary<string, List<(int, string?)>>>()["a"][0]);
        }
    }

    [Fact]
    public void An_exception_arrives_as_its_description()
    {
        (Connection first, Connection second) = SocketPairs.New(null);
        using (first)
        using (second)
        {
            first.Send<Exception>(new InvalidOperationException("outer", new FormatException("inner")) { Data = { ["k"] = "v" } });
            var arrived = Assert.IsType<RemoteException>(second.Recv<Exception>());
            Assert.Equal("System.InvalidOperationException", arrived.TypeName);
            Assert.Contains("outer", arrived.Message, StringComparison.Ordinal);
            Assert.Contains("inner", arrived.InnerException!.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_value_that_was_sent_as_another_type_or_as_bytes_is_refused()
    {
        (Connection first, Connection second) = SocketPairs.New(null);
        using (first)
        using (second)
        {
            first.Send(1);
            Assert.Contains("Int32", Assert.Throws<PayloadException>(() => second.Recv<long>()).Message, StringComparison.OrdinalIgnoreCase);
            first.SendBytes("some bytes that are no value"u8);
            Assert.Throws<PayloadException>(() => second.Recv<int>());
            first.SendBytes([]);
            Assert.Throws<PayloadException>(() => second.Recv<int>());
            first.Send(2);
            Assert.Equal(2, second.Recv<int>());
        }
    }

    private static Hostile<Func<string>> Closure(string text) => Of<Func<string>>(() => text);

    private static Hostile<T> Of<T>(T value) => new(value);

    private abstract class Hostile
    {
        public abstract byte[] Bytes { get; }

        public abstract void RefuseToSend(Connection connection);

        public abstract void RefuseToReceive(Connection connection);
    }

    private sealed class Hostile<T>(T value) : Hostile
    {
        public override byte[] Bytes
        {
            get
            {
                var buffer = new ArrayBufferWriter<byte>();
                var writer = new PayloadWriter(buffer);
                Payload.Write(writer, value);
                return buffer.WrittenSpan.ToArray();   // what it carries stays open: the handles in it lead somewhere
            }
        }

        public override void RefuseToSend(Connection connection) => Assert.Throws<PayloadException>(() => connection.Send(value));

        public override void RefuseToReceive(Connection connection) => Assert.Throws<PayloadException>(() => connection.Recv<T>());
    }

    private sealed class Holder
    {
        public object? Held { get; set; }
    }

    [Serializable]
    private sealed class Custom : System.Runtime.Serialization.ISerializable
    {
        private readonly int _number;

        public Custom(int number) => _number = number;

        private Custom(System.Runtime.Serialization.SerializationInfo info, System.Runtime.Serialization.StreamingContext context) => _number = info.GetInt32("n");

        public void GetObjectData(System.Runtime.Serialization.SerializationInfo info, System.Runtime.Serialization.StreamingContext context) => info.AddValue("n", _number);
    }
}
