using System.Buffers;
using System.Globalization;
using System.Reflection;
using System.Text;
using Braid.Multiprocessing;
using static Braid.Tests.PayloadRoundTrip;

namespace Braid.Tests;

/// <summary>Objects that are what they are by being that one: they arrive as the object of the same name, never as a second one.</summary>
public sealed class PayloadStaticTests : TimedTest
{
    [Fact]
    public void The_singletons_of_dotnet_arrive_as_the_objects_that_they_are() =>
        Assert.All<object>(
            [
                DBNull.Value, Missing.Value, Type.Missing, EventArgs.Empty, Task.CompletedTask, TimeProvider.System, Encoding.UTF8, Encoding.ASCII, Encoding.Unicode, Encoding.Latin1, CultureInfo.InvariantCulture,
                TextWriter.Null, TextReader.Null, Stream.Null, StreamReader.Null, TimeZoneInfo.Utc, Random.Shared, ArrayPool<byte>.Shared, MemoryPool<byte>.Shared, DateTimeFormatInfo.InvariantInfo, NumberFormatInfo.InvariantInfo,
                StringComparer.Ordinal, ReferenceEqualityComparer.Instance, System.Net.IPAddress.Loopback, System.Net.Http.HttpMethod.Get, System.Collections.Immutable.ImmutableList<int>.Empty,
                System.Collections.Frozen.FrozenDictionary<string, int>.Empty, System.Collections.ObjectModel.ReadOnlyCollection<int>.Empty, EncoderFallback.ExceptionFallback, System.Xml.Linq.XNamespace.Xml,
            ],
            static value =>
            {
                Assert.Same(value, Of(value));
                Assert.Same(value, Of<object[]>([value, "x"])[0]);
            });

    [Fact]
    public void A_row_of_a_database_keeps_its_nulls()
    {
        object[] row = Of<object[]>([1, DBNull.Value]);
        Assert.Same(DBNull.Value, row[1]);
    }

    [Fact]
    public void Singletons_of_the_program_arrive_as_the_objects_that_they_are()
    {
        Assert.Same(Colour.Red, Of(Colour.Red));
        Assert.Same(Colour.Green, Of<object>(Colour.Green));
        Assert.Same(Colour.Green, Of(new Dictionary<string, Colour> { ["x"] = Colour.Green })["x"]);
        Assert.Same(Nothing.Instance, Of(Nothing.Instance));
        Assert.Same(Service.Instance, Of(Service.Instance));
        Assert.Same(Late.Instance, Of(Late.Instance));
        Assert.Same(Nested.Instance, Of(Nested.Instance));
        Assert.Same(Shape.Unit, Of(Shape.Unit));
        Assert.Same(Box<string>.Empty, Of(Box<string>.Empty));
    }

    [Fact]
    public void Equal_objects_that_no_static_names_stay_objects_of_their_own()
    {
        var grey = new Point(0, 0);
        Assert.NotSame(Point.Origin, Of(grey));
        Assert.Same(Point.Origin, Of(Point.Origin));
        Setting setting = Of(Setting.Default);
        Assert.NotSame(Setting.Default, setting);      // it can change: it is data
        Assert.Equal(3, setting.Level);
    }

    [Fact]
    public void A_static_that_holds_something_else_over_there_is_copied_or_refused()
    {
        byte[] start = Bytes(Start.Of);
        int at = start.AsSpan().IndexOf(BitConverter.GetBytes(Start.Of.Number));
        start[at] ^= 1;
        Assert.Equal(Start.Of.Number ^ 1, Read<Start>(start).Number);
        byte[] service = Bytes(Service.Instance);
        service[service.AsSpan().IndexOf(BitConverter.GetBytes(Service.Number))] ^= 1;
        Assert.Contains("Service.Instance arrived, the one object of its kind", Assert.Throws<PayloadException>(() => Read<Service>(service)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_singleton_that_holds_what_cannot_travel_is_refused() =>
        Assert.Contains("StringReader", Assert.Throws<PayloadException>(() => Bytes(Holder.Instance)).Message, StringComparison.Ordinal);

    private sealed class Colour
    {
        public static readonly Colour Red = new("red");
        public static readonly Colour Green = new("green");

        private Colour(string name) => Name = name;

        public string Name { get; }
    }

    private sealed class Nothing
    {
        private Nothing()
        {
        }

        public static Nothing Instance { get; } = new();
    }

    private sealed class Service
    {
        public const int Number = 0x5A6B7C8D;

        public static readonly Service Instance = new();

        private int _number = Number;

        private Service()
        {
        }

        public void Add() => _number++;
    }

    private sealed class Late
    {
        private static readonly Lazy<Late> s_instance = new(static () => new Late());

        private Late()
        {
        }

        public static Late Instance => s_instance.Value;
    }

    private sealed class Nested
    {
        private Nested()
        {
        }

        public static Nested Instance => Home.Instance;

        private static class Home
        {
            public static readonly Nested Instance = new();
        }
    }

    private abstract class Shape
    {
        public static readonly Shape Unit = new Square();

        private sealed class Square : Shape;
    }

    private sealed class Box<T>
    {
        public static readonly Box<T> Empty = new();
    }

    private sealed record Point(int X, int Y)
    {
        public static readonly Point Origin = new(0, 0);
    }

    private sealed class Setting
    {
        public static readonly Setting Default = new() { Level = 3 };

        public int Level { get; set; }
    }

    private sealed record Start(int Number)
    {
        public static readonly Start Of = new(0x1A2B3C4D);
    }

    private sealed class Holder
    {
        public static readonly Holder Instance = new();

        private readonly StringReader _reader = new("");

        private Holder()
        {
        }

        public int Peek() => _reader.Peek();
    }
}
