using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;

namespace Braid.Checking.Tests.Collections;

/// <summary>What .NET's core does to arrays, spans, references and collections that are passed to it.</summary>
public sealed class ArgumentTests
{
    private static readonly CheckOptions s_proof = new()
    {
        Strategy = SearchStrategy.Bounded,
        Preemptions = int.MaxValue,
        Schedules = 3_000,
        Time = Timeout.InfiniteTimeSpan,
    };

    private static readonly Dictionary<string, Pair> s_races = new()
    {
        ["sort"] = new(static shared => Array.Sort(shared.Numbers), static shared => shared.Numbers[1] = 5),
        ["sort and sort"] = new(static shared => Array.Sort(shared.Numbers)),
        ["sort with items"] = new(static shared => Array.Sort(new int[4], shared.Numbers), static shared => Use(shared.Numbers[3])),
        ["fill"] = new(static shared => Array.Fill(shared.Numbers, 7), static shared => Use(shared.Numbers[3])),
        ["fill a part"] = new(static shared => Array.Fill(shared.Numbers, 7, 1, 2), static shared => Use(shared.Numbers[2])),
        ["clear"] = new(static shared => Array.Clear(shared.Numbers), static shared => Use(shared.Numbers[0])),
        ["copy from"] = new(static shared => Array.Copy(shared.Numbers, new int[4], 4), static shared => shared.Numbers[3] = 1),
        ["copy to"] = new(static shared => Array.Copy(new int[4], 0, shared.Numbers, 1, 2), static shared => Use(shared.Numbers[2])),
        ["copy to by the array"] = new(static shared => new int[2].CopyTo(shared.Numbers, 2), static shared => Use(shared.Numbers[3])),
        ["copy bytes"] = new(
            static shared => Buffer.BlockCopy(new int[4], 0, shared.Numbers, 4, 4), static shared => Use(shared.Numbers[1])),
        ["reverse"] = new(static shared => Array.Reverse(shared.Numbers), static shared => shared.Numbers[0] = 9),
        ["resize"] = new(static shared => Array.Resize(ref shared.Numbers, 8), static shared => shared.Numbers[0] = 1),
        ["search"] = new(static shared => Use(Array.IndexOf(shared.Numbers, 3)), static shared => shared.Numbers[2] = 3),
        ["search backwards"] = new(
            static shared => Use(Array.LastIndexOf(shared.Numbers, 3, 2, 2)), static shared => shared.Numbers[1] = 3),
        ["an element by reflection"] = new(static shared => shared.Numbers.SetValue(3, 1), static shared => Use(shared.Numbers[1])),
        ["elements of several dimensions"] = new(static shared => Array.Clear(shared.Table), static shared => Use(shared.Table[1, 1])),
        ["fill a span"] = new(static shared => shared.Numbers.AsSpan().Fill(6), static shared => Use(shared.Numbers[3])),
        ["clear a span"] = new(static shared => shared.Numbers.AsSpan(1).Clear(), static shared => Use(shared.Numbers[1])),
        ["copy a span"] = new(static shared => shared.Numbers.AsSpan(0, 2).CopyTo(new int[2]), static shared => shared.Numbers[1] = 2),
        ["copy to a span"] = new(
            static shared => new int[2].AsSpan().CopyTo(shared.Numbers.AsSpan(2)), static shared => Use(shared.Numbers[3])),
        ["sort a span"] = new(static shared => shared.Numbers.AsSpan().Sort(), static shared => Use(shared.Numbers[2])),
        ["search a span"] = new(static shared => Use(shared.Numbers.AsSpan().IndexOf(3)), static shared => shared.Numbers[2] = 3),
        ["a span as an array"] = new(static shared => Use(shared.Numbers.AsSpan().ToArray()), static shared => shared.Numbers[2] = 3),
        ["copy memory"] = new(static shared => new int[2].CopyTo(shared.Numbers.AsMemory(1)), static shared => Use(shared.Numbers[2])),
        ["an element of a segment"] = new(
            static shared => { ArraySegment<int> part = new(shared.Numbers, 1, 2); part[1] = 5; }, static shared => Use(shared.Numbers[2])),
        ["bytes of numbers"] = new(
            static shared => MemoryMarshal.AsBytes(shared.Numbers.AsSpan()).Clear(), static shared => Use(shared.Numbers[2])),
        ["write a number to bytes"] = new(
            static shared => BinaryPrimitives.WriteInt32LittleEndian(shared.Bytes, 1), static shared => Use(shared.Bytes[3])),
        ["read a number from bytes"] = new(
            static shared => Use(BitConverter.ToInt32(shared.Bytes, 2)), static shared => shared.Bytes[5] = 1),
        ["format a number"] = new(
            static shared => 1234.TryFormat(shared.Letters, out _, default, CultureInfo.InvariantCulture),
            static shared => Use(shared.Letters[3])),
        ["encode a text"] = new(
            static shared => Encoding.UTF8.GetBytes("abc", 0, 3, shared.Bytes, 1), static shared => Use(shared.Bytes[3])),
        ["decode bytes"] = new(static shared => Use(Encoding.UTF8.GetString(shared.Bytes)), static shared => shared.Bytes[3] = 65),
        ["a text of letters"] = new(static shared => Use(new string(shared.Letters, 1, 2)), static shared => shared.Letters[2] = 'x'),
        ["parse into a field"] = new(static shared => int.TryParse("5", out shared.Number), static shared => Use(shared.Number)),
        ["parse into a field, and read"] = new(static shared => int.TryParse("5", out shared.Number), static shared => shared.Number = 3),
        ["look up into a field"] = new(
            static shared => { new Dictionary<int, int> { [1] = 2 }.TryGetValue(1, out shared.Number); },
            static shared => Use(shared.Number)),
        ["dequeue into a field"] = new(
            static shared => new System.Collections.Concurrent.ConcurrentQueue<int>([1]).TryDequeue(out shared.Number),
            static shared => Use(shared.Number)),
        ["bits of a place"] = new(static shared => Unsafe.WriteUnaligned(ref shared.Bytes[1], 5), static shared => Use(shared.Bytes[4])),
        ["read a stream into an array"] = new(
            static shared => Use(new MemoryStream([1, 2, 3]).Read(shared.Bytes, 1, 3)), static shared => Use(shared.Bytes[3])),
        ["write an array to a stream"] = new(
            static shared => new MemoryStream().Write(shared.Bytes, 1, 3), static shared => shared.Bytes[3] = 1),
        ["text of arguments"] = new(static shared => Use(string.Join(',', shared.Words)), static shared => Array.Clear(shared.Words)),
        ["add a list to a list"] = new(static shared => new List<int>().AddRange(shared.List), static shared => shared.List.Add(1)),
        ["a list of a list"] = new(static shared => Use(new List<int>(shared.List)), static shared => shared.List.Add(1)),
        ["join a list"] = new(static shared => Use(string.Join(",", shared.List)), static shared => shared.List.Add(1)),
        ["copy a list"] = new(static shared => shared.List.CopyTo(shared.Numbers, 1), static shared => Use(shared.Numbers[2])),
        ["add to a list by an extension"] = new(static shared => shared.List.AddRange([1, 2]), static shared => Use(shared.List.Count)),
        ["a set and a list"] = new(static shared => new HashSet<int>().UnionWith(shared.List), static shared => shared.List.Add(1)),
        ["a text into a text"] = new(static shared => new StringBuilder().Append(shared.Text), static shared => shared.Text.Append('x')),
        ["an array for a collection"] = new(
            static shared => new List<int>().AddRange(shared.Numbers), static shared => shared.Numbers[1] = 2),
        ["an array as a list"] = new(
            static shared => { IList<int> list = shared.Numbers; list[1] = 3; }, static shared => Use(shared.Numbers[1])),
        ["a loop over what is an array"] = new(
            static shared => { foreach (int number in shared.AsEnumerable()) { Use(number); } }, static shared => shared.Numbers[3] = 2),
        ["a view of a list"] = new(static shared => Use(shared.View.Contains(9)), static shared => shared.List.Add(1)),
        ["an element of a view"] = new(static shared => Use(shared.View[0]), static shared => shared.List[0] = 5),
        ["a loop over keys"] = new(
            static shared => { foreach (int key in shared.Names.Keys) { Use(key); } }, static shared => shared.Names[1] = "x"),
        ["a loop over values"] = new(
            static shared => { foreach (string name in shared.Names.Values) { Use(name); } }, static shared => shared.Names[1] = "x"),
        ["a box"] = new(static shared => shared.Box.Value = 1, static shared => Use(shared.Box.Value)),
        ["a stream"] = new(static shared => shared.Stream.WriteByte(1)),
        ["a stream and its length"] = new(static shared => shared.Stream.WriteByte(1), static shared => Use(shared.Stream.Length)),
        ["a stream by its base"] = new(static shared => { Stream stream = shared.Stream; stream.Write([1, 2], 0, 2); }),
        ["a stream that another is copied to"] = new(
            static shared => new MemoryStream([1, 2]).CopyTo(shared.Stream), static shared => Use(shared.Stream.ToArray())),
        ["a stream that is disposed"] = new(static shared => { using (shared.Stream) { } }, static shared => Use(shared.Stream.ToArray())),
        ["the text of a text"] = new(static shared => Use(shared.Text.ToString()), static shared => shared.Text.Append('x')),
        ["two writers of one stream"] = new(static shared => new BinaryWriter(shared.Stream).Write(1)),
        ["a reader"] = new(static shared => Use(shared.Reader.Read())),
        ["a writer"] = new(static shared => shared.Writer.Write("x")),
        ["a writer and its text"] = new(static shared => shared.Writer.Write("x"), static shared => Use(shared.Writer.ToString())),
        ["a writer of a text"] = new(static shared => new StringWriter(shared.Text).Write("x"), static shared => Use(shared.Text.Length)),
        ["random numbers"] = new(static shared => Use(shared.Random.Next())),
        ["JSON"] = new(static shared => shared.Json["a"] = 1, static shared => Use(shared.Json.Count)),
        ["a delegate of a list"] = new(static shared => Call(shared.List.Clear), static shared => Use(shared.List.Count)),
        ["a delegate that sorts"] = new(static shared => Call<int[]>(Array.Sort, shared.Numbers), static shared => shared.Numbers[1] = 2),
        ["JSON of a list"] = new(
            static shared => Use(System.Text.Json.JsonSerializer.Serialize(shared.List)), static shared => shared.List.Add(1)),
        ["a text in a text"] = new(static shared => Use($"{shared.Text}!"), static shared => shared.Text.Append('x')),
        ["a loop over what is a list"] = new(
            static shared => { foreach (int number in shared.ListAsEnumerable()) { Use(number); } }, static shared => shared.List[1] = 2),
    };

    private static readonly Dictionary<string, Pair> s_correct = new()
    {
        ["sort halves"] = new(static shared => Array.Sort(shared.Numbers, 0, 2), static shared => Array.Sort(shared.Numbers, 2, 2)),
        ["fill halves"] = new(static shared => Array.Fill(shared.Numbers, 7, 0, 2), static shared => shared.Numbers[2]++),
        ["copy to halves"] = new(
            static shared => Array.Copy(new int[4], 0, shared.Numbers, 2, 2), static shared => new int[2].AsSpan().CopyTo(shared.Numbers)),
        ["copy halves"] = new(
            static shared => shared.Numbers.AsSpan(0, 2).CopyTo(shared.Numbers.AsSpan(2)), static shared => shared.Bytes[1] = 2),
        ["copy bytes of halves"] = new(
            static shared => Buffer.BlockCopy(new int[4], 0, shared.Numbers, 8, 8), static shared => shared.Numbers[1] = 1),
        ["search a half"] = new(static shared => Use(Array.IndexOf(shared.Numbers, 3, 0, 2)), static shared => shared.Numbers[2] = 3),
        ["search a half backwards"] = new(
            static shared => Use(Array.LastIndexOf(shared.Numbers, 3, 2, 2)),
            static shared => { shared.Numbers[0] = 3; shared.Numbers[3] = 3; }),
        ["one element each"] = new(static shared => shared.Numbers.SetValue(3, 1), static shared => shared.Numbers[2] = 3),
        ["halves of a span"] = new(static shared => shared.Numbers.AsSpan(0, 2).Clear(), static shared => shared.Numbers.AsSpan(2).Sort()),
        ["numbers in bytes"] = new(
            static shared => BinaryPrimitives.WriteInt32LittleEndian(shared.Bytes, 1),
            static shared => BitConverter.TryWriteBytes(shared.Bytes.AsSpan(4), 3)),
        ["numbers from bytes"] = new(static shared => Use(BitConverter.ToInt32(shared.Bytes, 0)), static shared => shared.Bytes[4] = 3),
        ["format to halves"] = new(
            static shared => 1234.TryFormat(shared.Letters, out _, default, CultureInfo.InvariantCulture),
            static shared => shared.Letters[4] = 'x'),
        ["encode to halves"] = new(
            static shared => Encoding.UTF8.GetBytes("abc", 0, 3, shared.Bytes, 1),
            static shared => { shared.Bytes[0] = 1; shared.Bytes[4] = 1; }),
        ["read a stream into a part"] = new(
            static shared => Use(new MemoryStream([1, 2, 3]).Read(shared.Bytes, 1, 4)),
            static shared => { shared.Bytes[0] = 1; shared.Bytes[4] = 1; }),
        ["copy a list to a part"] = new(
            static shared => shared.List.CopyTo(shared.Numbers, 1), static shared => { shared.Numbers[0] = 1; shared.Numbers[3] = 1; }),
        ["read only"] = new(static shared =>
        {
            Use(Array.IndexOf(shared.Numbers, 3));
            Use(string.Join(",", shared.List));
            Use(shared.Numbers.AsSpan().ToArray());
            Use(new List<int>(shared.List));
            Use(new List<int>(shared.Numbers));
        }),
        ["only made into others"] = new(
            static shared =>
            {
                Use(shared.Numbers.AsMemory(1));
                Use(Array.AsReadOnly(shared.Numbers));
                Use(new MemoryStream(shared.Bytes));
                GC.KeepAlive(shared.Numbers);
            },
            static shared => { shared.Numbers[1] = 1; shared.Bytes[1] = 1; }),
        ["arrays of its own"] = new(
            static shared =>
            {
                int[] own = [3, 1, 2];
                Array.Sort(own);
                own.AsSpan().Reverse();
                Array.Resize(ref own, 5);
                Shared.Sum(own);
            }),
        ["out to a local"] = new(static shared => Shared.Sum(int.TryParse("5", out int number) ? [number] : [])),
        ["spans on the stack"] = new(
            static shared => { Span<int> own = stackalloc int[3]; own.Fill(1); own.Sort(); Shared.Sum([own[0]]); }),
        ["handed over"] = new(
            static shared => { Array.Fill(shared.Numbers, 1); lock (shared) { shared.Number = 1; } },
            static shared => { bool filled; lock (shared) { filled = shared.Number == 1; } if (filled) { Array.Sort(shared.Numbers); } }),
        ["synchronized writers"] = new(static shared => { shared.SafeWriter.Write("x"); shared.SafeStream.WriteByte(1); }),
        ["nothing written"] = new(static shared => { Stream.Null.WriteByte(1); TextWriter.Null.Write("x"); }),
        ["the console"] = new(static shared => { Console.WriteLine("x"); Console.Out.Write('x'); }),
        ["shared random numbers"] = new(static shared => Use(Random.Shared.Next())),
        ["readings of a stream"] = new(static shared => Use(shared.Stream.Length + shared.Stream.ToArray().Length)),
        ["streams of their own"] = new(static shared =>
        {
            using var stream = new MemoryStream();
            using var writer = new StreamWriter(stream);
            writer.Write("x");
            writer.Flush();
            Use(stream.ToArray());
        }),
        ["a stream of one's own"] = new(
            static shared => { var own = new Own(); own.Write(shared.Bytes, 0, 4); Use(own.Read(shared.Bytes, 0, 4)); },
            static shared => shared.Bytes[1] = 2),
    };

    public static TheoryData<string> Races => [.. s_races.Keys];

    public static TheoryData<string> Correct => [.. s_correct.Keys];

    [Theory]
    [MemberData(nameof(Races))]
    public void A_call_races_by_its_arguments(string name)
    {
        CheckReport report = Check.Explore(() => Beside(s_races[name], locked: false), s_proof with { Races = RaceMode.Strict });
        Assert.True(report.Verdict == Verdict.DataRace, report.ToString());
    }

    [Theory]
    [MemberData(nameof(Races))]
    public void With_a_lock_no_method_races(string name) => Proved(() => Beside(s_races[name], locked: true));

    [Theory]
    [MemberData(nameof(Correct))]
    public void A_correct_program_is_proved(string name) => Proved(() => Beside(s_correct[name], locked: false));

    [Fact]
    public void A_note_reports_that_threads_share_an_unknown_object()
    {
        static void Body(bool locked) =>
            Beside(new Pair(static shared => shared.Cookie.Value = "x", static shared => Use(shared.Cookie.Value)), locked);

        CheckReport report = Check.Explore(() => Body(locked: false), s_proof);
        Assert.True(report is { Verdict: Verdict.Passed, Exhaustive: false }, report.ToString());
        Assert.Contains("Cookie.Value", Assert.Single(report.Notes), StringComparison.Ordinal);
        Assert.Contains("is not looked into", report.Notes[0], StringComparison.Ordinal);
        Proved(() => Body(locked: true));
    }

    private static void Proved(Action body)
    {
        CheckReport report = Check.Explore(body, s_proof);
        Assert.True(report is { Verdict: Verdict.Passed, Exhaustive: true, Notes.Count: 0 }, report.ToString());
    }

    private static void Call(Action action) => action();

    private static void Call<T>(Action<T> action, T argument) => action(argument);

    private static void Use<T>(T value) => _ = value;

    private static void Beside(Pair pair, bool locked)
    {
        var shared = new Shared();
        void Do(Action<Shared> part)
        {
            if (locked)
            {
                Monitor.Enter(shared.Gate);
            }

            part(shared);
            if (locked)
            {
                Monitor.Exit(shared.Gate);
            }
        }

        var other = new Thread(() => Do(pair.Two ?? pair.One));
        other.Start();
        Do(pair.One);
        other.Join();
    }

    private sealed record Pair(Action<Shared> One, Action<Shared>? Two = null);

    private sealed class Shared
    {
        public readonly object Gate = new();
        public readonly byte[] Bytes = new byte[8];
        public readonly char[] Letters = ['a', 'b', 'c', 'd', 'e', 'f'];
        public readonly int[,] Table = new int[2, 2];
        public readonly string[] Words = ["one", "two"];
        public readonly List<int> List = [1, 2];
        public readonly StringBuilder Text = new("x");
        public readonly Dictionary<int, string> Names = new() { [1] = "one" };
        public readonly StrongBox<int> Box = new();
        public readonly MemoryStream Stream = new();
        public readonly StringReader Reader = new("abc");
        public readonly StringWriter Writer = new(CultureInfo.InvariantCulture);
        public readonly TextWriter SafeWriter = TextWriter.Synchronized(new StringWriter(CultureInfo.InvariantCulture));
        public readonly Stream SafeStream = System.IO.Stream.Synchronized(new MemoryStream());
        public readonly System.Net.Cookie Cookie = new();
        public readonly Random Random = new(1);
        public readonly System.Text.Json.Nodes.JsonObject Json = [];
        public int[] Numbers = [4, 3, 2, 1];
        public int Number;

        public Shared() => View = List.AsReadOnly();

        public System.Collections.ObjectModel.ReadOnlyCollection<int> View { get; }

        public IEnumerable<int> AsEnumerable() => Numbers;

        public IEnumerable<int> ListAsEnumerable() => List;

        public static int Sum(int[] own) => own.Sum();
    }

    /// <summary>Ignores its argument.</summary>
    private sealed class Own : Stream
    {
        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => 0;

        public override long Position { get; set; }

        public override void Flush()
        {
        }

        public override int Read(byte[] buffer, int offset, int count) => count;

        public override long Seek(long offset, SeekOrigin origin) => 0;

        public override void SetLength(long value)
        {
        }

        public override void Write(byte[] buffer, int offset, int count)
        {
        }
    }
}
