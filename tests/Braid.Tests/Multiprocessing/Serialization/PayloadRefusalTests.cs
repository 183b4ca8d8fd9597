using System.Globalization;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Braid.Multiprocessing;
using static Braid.Tests.PayloadRoundTrip;

namespace Braid.Tests;

public sealed class PayloadRefusalTests : TimedTest
{
    private readonly StringReader _reader = new("");

    public static TheoryData<Type, string> Refused()
    {
        var refused = new TheoryData<Type, string>();
        Add("bound to an operating system handle. Pass what is needed to open it again.", typeof(Socket), typeof(Microsoft.Win32.SafeHandles.SafeFileHandle));
        Add("lives in the memory of this process", typeof(System.Threading.Lock), typeof(System.Threading.Barrier), typeof(SemaphoreSlim), typeof(ManualResetEvent), typeof(Threading.Lock), typeof(Threading.Event), typeof(Queues.Queue<int>));
        Add("runs in this process", typeof(Thread), typeof(Task<int>), typeof(Timer));
        Add("cancelling it would be noticed here only", typeof(CancellationTokenSource));
        Add("bound to this process", typeof(StringWriter), typeof(System.Timers.Timer));
        Add("has a finalizer", typeof(Finalized));
        Add("derives from System.Net.Http.DelegatingHandler, whose state is .NET's own", typeof(Derived));
        Add("what it reads from or writes to stays in this process", typeof(FileStream), typeof(System.IO.Compression.GZipStream));
        Add("a copy could be made by what it shows, but without its", typeof(WeakReference), typeof(HttpClient), typeof(DateTimeFormatInfo));
        Add("lives in the memory of this process", typeof(ThreadLocal<int>), typeof(AsyncLocal<int>), typeof(WeakReference<string>), typeof(System.Collections.Concurrent.BlockingCollection<int>));
        Add("Pass the rows (ItemArray)", typeof(System.Data.DataTable), typeof(System.Data.DataSet));
        Add("it belongs to a document", typeof(System.Xml.XmlElement));
        Add("it mixes hash codes by a number that differs in each process", typeof(HashCode));
        Add("Pass an array or a list of its elements", typeof(System.Net.CookieCollection), typeof(Dictionary<int, int>.KeyCollection), typeof(System.Collections.Immutable.ImmutableList<int>.Builder));
        return refused;

        void Add(string reason, params Type[] types)
        {
            foreach (Type type in types)
            {
                refused.Add(type, reason);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Refused))]
    public void What_belongs_to_its_process_is_refused_with_the_reason(Type type, string reason)
    {
        object value = Made(type);
        PayloadException failure = Assert.Throws<PayloadException>(() => Bytes(value));
        Assert.StartsWith($"The value (type {TypeText.Of(type)}) cannot travel to another process: ", failure.Message, StringComparison.Ordinal);
        Assert.Contains(reason, failure.Message, StringComparison.Ordinal);
        Assert.Equal(TypeText.Of(type), failure.TypeName);
        Assert.Empty(failure.Path);
    }

    [Fact]
    public void A_captured_variable_is_named()
    {
        var connection = new Holder(_reader);
        StringReader reader = connection.Inner[0];
        PayloadException failure = Assert.Throws<PayloadException>(() => Bytes(() => reader.Peek()));
        Assert.Equal(
            "Captured variable 'reader' of Braid.Tests.PayloadRefusalTests.A_captured_variable_is_named (type System.IO.StringReader) cannot travel to another process: "
            + "it is bound to this process. Pass what is needed to make it again.",
            failure.Message);
    }

    [Fact]
    public void The_way_to_the_value_is_told()
    {
        var connection = new Holder(_reader);
        int number = 1;
        PayloadException failure = Assert.Throws<PayloadException>(() => Bytes(() => number + connection.Inner.Length));
        Assert.Equal(
            [
                "captured variable 'connection' of Braid.Tests.PayloadRefusalTests.The_way_to_the_value_is_told",
                "property 'Inner' of Braid.Tests.PayloadRefusalTests.Holder",
                "element 0",
            ],
            failure.Path);
        PayloadException inMap = Assert.Throws<PayloadException>(() => Bytes(new Dictionary<string, object> { ["log"] = _reader }));
        Assert.Equal(["the entry of key 'log'"], inMap.Path);
    }

    [Fact]
    public void A_captured_this_is_named()
    {
        PayloadException failure = Assert.Throws<PayloadException>(() => Bytes(() => _reader.Peek()));
        Assert.StartsWith("'this', captured in Braid.Tests.PayloadRefusalTests.A_captured_this_is_named, field", failure.Message, StringComparison.Ordinal);
        int number = 1;
        PayloadException both = Assert.Throws<PayloadException>(() => Bytes(() => number + _reader.Peek()));
        Assert.StartsWith("'this', captured in Braid.Tests.PayloadRefusalTests.A_captured_this_is_named, field", both.Message, StringComparison.Ordinal);
        PayloadException method = Assert.Throws<PayloadException>(() => Bytes<Action>(Dispose));
        Assert.StartsWith("The object of Braid.Tests.PayloadRefusalTests.Dispose, field", method.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Addresses_are_refused_wherever_they_hide()
    {
        Assert.Contains("it is an address, which means nothing in another process", Assert.Throws<PayloadException>(() => Bytes((nint)1)).Message, StringComparison.Ordinal);
        Assert.Contains("its property 'Address' of", Assert.Throws<PayloadException>(() => Bytes(new Inner())).Message, StringComparison.Ordinal);
        Assert.Contains("is an address", Assert.Throws<PayloadException>(() => Bytes(new Outer[1])).Message, StringComparison.Ordinal);
        Assert.Throws<PayloadException>(() => Bytes(new Referring("", default)));
        Assert.Throws<PayloadException>(() => Bytes(default(GCHandle)));
        Assert.Throws<PayloadException>(() => Bytes<nint?>(1));
        Assert.Throws<PayloadException>(() => Bytes(new nint[1]));
        Assert.Throws<PayloadException>(() => Bytes<object>((nuint)1));
    }

    [Fact]
    public void A_token_travels_only_if_it_cannot_be_cancelled()
    {
        Assert.False(Of(CancellationToken.None).CanBeCanceled);
        using var source = new CancellationTokenSource();
        PayloadException failure = Assert.Throws<PayloadException>(() => Bytes(source.Token));
        Assert.Contains("Pass a shared event, or CancellationToken.None", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_lazy_sequence_is_refused_whoever_makes_its_elements()
    {
        int[] numbers = [3, 1, 2];
        object[] sequences =
        [
            Iterator(), IteratorOf("x"), AsyncIterator(), Iterator().GetEnumerator(), numbers.Select(i => i + 1), numbers.Where(i => i > 1).Select(i => i), Enumerable.Range(1, 3), Enumerable.Repeat(1, 3),
            numbers.OrderBy(i => i), numbers.GroupBy(i => i), numbers.Distinct(), numbers.Chunk(2), numbers.Index(), numbers.AsQueryable(), numbers.AsParallel(), numbers.ToAsyncEnumerable(), numbers.AsEnumerable().Reverse(),
            Microsoft.FSharp.Collections.SeqModule.Map(Microsoft.FSharp.Core.FuncConvert.FromFunc<int, int>(i => i), numbers),
        ];
        Assert.All(sequences, static sequence =>
        {
            PayloadException failure = Assert.Throws<PayloadException>(() => Bytes(sequence));
            Assert.Contains("it is a lazy sequence", failure.Message, StringComparison.Ordinal);
            Assert.Contains("Call ToList() or ToArray()", failure.Message, StringComparison.Ordinal);
        });
        Assert.Throws<PayloadException>(() => Bytes(new Dictionary<string, IEnumerable<int>> { ["a"] = Iterator() }));
    }

    [Fact]
    public void What_only_looks_like_a_lazy_sequence_travels()
    {
        IEnumerable<int> several = [1, 2, 3];
        IEnumerable<int> single = [1];
        IReadOnlyList<string> none = [];
        Assert.Equal(several, Of(several));
        Assert.Equal(single, Of(single));
        Assert.Equal(none, Of(none));
        Assert.Equal([1, 2, 3], Of(Microsoft.FSharp.Collections.ListModule.OfSeq(several)));
    }

    private static IEnumerable<int> Iterator()
    {
        yield return Environment.ProcessId;
    }

    private static IEnumerable<T> IteratorOf<T>(T item)
    {
        yield return item;
    }

    private static async IAsyncEnumerable<int> AsyncIterator()
    {
        await Task.Yield();
        yield return 1;
    }

    public override void Dispose()
    {
        _reader.Dispose();
        base.Dispose();
    }

    /// <summary>The type decides, not what the object holds; those that the runtime knows more closely are made in earnest.</summary>
    private static object Made(Type type)
    {
        object value = type == typeof(Thread) ? new Thread(() => { })
            : type == typeof(WeakReference) ? new WeakReference(null)
            : type == typeof(WeakReference<string>) ? new WeakReference<string>("")
            : System.Runtime.CompilerServices.RuntimeHelpers.GetUninitializedObject(type);
        GC.SuppressFinalize(value);
        return value;
    }

    private sealed class Holder(StringReader inner)
    {
        public StringReader[] Inner { get; } = [inner];
    }

    private sealed class Derived : DelegatingHandler
    {
        public int Extra { get; set; }
    }

    private sealed class Finalized
    {
        ~Finalized() => Assert.Fail("Nothing is to be finalized here.");
    }

    private record struct Inner(nint Address);

    private record struct Outer(Inner Inner);

    private record struct Referring(string Text, Inner Inner);
}
