using Braid.Multiprocessing;

namespace Braid.Tests;

/// <summary>A value with its declared type, sent and received through everything that carries values.</summary>
internal abstract class Sample(Type type)
{
    public static IReadOnlyList<Sample> All { get; } =
    [
        new Sample<byte>(200), new Sample<sbyte>(-3), new Sample<short>(-300), new Sample<ushort>(60_000), new Sample<int>(7), new Sample<uint>(4_000_000_000), new Sample<long>(5_000_000_000),
        new Sample<ulong>(ulong.MaxValue), new Sample<char>('x'), new Sample<bool>(true), new Sample<float>(1.5f), new Sample<double>(2.5), new Sample<decimal>(3.5m),
        new Sample<Half>((Half)4.5), new Sample<DayOfWeek>(DayOfWeek.Friday), new Sample<Size>(Size.Large), new Sample<int?>(8), new Sample<long?>(null),
        new Sample<DateTime>(DateTime.UnixEpoch), new Sample<TimeSpan>(TimeSpan.FromDays(2)), new Sample<Guid>(Guid.Empty), new Sample<string>("text"), new Sample<object>("text"),
        new Sample<byte[]>([1, 2]), new Sample<int[]>([1, 2]), new Sample<long[]>([1, 2]), new Sample<string[]>(["a"]), new Sample<int[][]>([[1], [2]]),
        new Sample<(int, int)>((1, 2)), new Sample<(int, long)>((1, 2)), new Sample<(int, string)>((1, "b")), new Sample<Tuple<int, int>>(Tuple.Create(1, 2)), new Sample<KeyValuePair<int, int>>(new(1, 2)),
        new Sample<Pair>(new(1, 2)), new Sample<OtherPair>(new(1, 2)), new Sample<Shape>(new Shape(1)), new Sample<Circle>(new Circle(1, 2)), new Sample<IShape>(new Circle(1, 2)),
        new Sample<List<int>>([1]), new Sample<List<long>>([1]), new Sample<HashSet<int>>([1]), new Sample<IEnumerable<int>>(new List<int> { 1 }), new Sample<Dictionary<string, int>>(new() { ["a"] = 1 }),
        new Sample<Box<int>>(new(1)), new Sample<Box<uint>>(new(1)), new Sample<Exception>(new InvalidOperationException("no")), new Sample<Type>(typeof(int)),
    ];

    public Type Type => type;

    public abstract void Send(Connection to);

    public abstract void Receive(Connection from);

    public abstract void Put(Segment queue);

    public abstract void Get(Segment queue);

    public abstract void PutSimply(Segment queue);

    public abstract void GetSimply(Segment queue);

    /// <summary>The result of a call that has returned it, as its worker writes it.</summary>
    public abstract byte[] Result();

    /// <summary>Reads the result of a call, as the supervisor does.</summary>
    public abstract unsafe void ReadResult(byte[] bytes);

    public override string ToString() => TypeText.Of(type);

    public enum Size
    {
        Small,
        Large,
    }

    public interface IShape;

    public record Shape(int Edges) : IShape;

    public sealed record Circle(int Edges, int Radius) : Shape(Edges);

    public readonly record struct Pair(int First, int Second);

    public readonly record struct OtherPair(int First, int Second);

    public readonly record struct Box<T>(T Value);
}

/// <inheritdoc/>
internal sealed class Sample<T>(T value) : Sample(typeof(T))
{
    public override void Send(Connection to) => to.Send(value);

    public override void Receive(Connection from) => Check(from.Recv<T>());

    public override void Put(Segment queue) => Queue(queue).Put(value);

    public override void Get(Segment queue) => Check(Queue(queue).Get());

    public override void PutSimply(Segment queue) => SimpleQueue(queue).Put(value);

    public override void GetSimply(Segment queue) => Check(SimpleQueue(queue).Get());

    public override byte[] Result() => PayloadRoundTrip.Bytes(value);

    public override unsafe void ReadResult(byte[] bytes)
    {
        var call = new ProcessCall<T>();
        call.SetRunningOrNotifyCancel();
        fixed (byte* data = bytes)
        {
            ((IRemoteCall)call).TakeResult(data, bytes.Length, carriesSegments: false, after: null);
        }

        Check(call.Result());
    }

    private static Multiprocessing.Queue<T> Queue(Segment segment) => Over<Multiprocessing.Queue<T>>(segment);

    private static Multiprocessing.SimpleQueue<T> SimpleQueue(Segment segment) => Over<Multiprocessing.SimpleQueue<T>>(segment);

    private static TShared Over<TShared>(Segment segment)
        where TShared : IShared<TShared>
    {
        segment.AddReference();
        return TShared.Over(segment);
    }

    private void Check(T received)
    {
        if (value is Exception exception)
        {
            Assert.Equal((exception.GetType(), exception.Message), (received!.GetType(), ((Exception)(object)received).Message));
        }
        else
        {
            Assert.Equal(value, received);
        }
    }
}
