using System.Globalization;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Braid.Multiprocessing;
using static Braid.Tests.PayloadRoundTrip;

namespace Braid.Tests;

public sealed class PayloadRefusalTests : TimedTest
{
    private readonly MemoryStream _stream = new();

    public static TheoryData<Type, string> Refused()
    {
        var refused = new TheoryData<Type, string>();
        Add("bound to an operating system handle. Pass what is needed to open it again.", typeof(MemoryStream), typeof(Socket), typeof(Microsoft.Win32.SafeHandles.SafeFileHandle));
        Add("lives in the memory of this process", typeof(System.Threading.Lock), typeof(System.Threading.Barrier), typeof(SemaphoreSlim), typeof(ManualResetEvent), typeof(Threading.Lock), typeof(Threading.Event), typeof(Queues.Queue<int>));
        Add("runs in this process", typeof(Thread), typeof(Task<int>), typeof(Timer));
        Add("cancelling it would be noticed here only", typeof(CancellationTokenSource));
        Add("bound to this process", typeof(StringWriter), typeof(FileInfo), typeof(System.Timers.Timer));
        Add("has a finalizer", typeof(Finalized));
        Add("derives from System.Collections.Generic.List<System.Int32>, whose state is .NET's own", typeof(Derived));
        Add("nothing from which a copy could be made", typeof(Random));
        Add("a copy could be made by what it shows, but without its", typeof(ThreadLocal<int>), typeof(WeakReference), typeof(HttpClient), typeof(CultureInfo));
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
        var connection = new Holder(_stream);
        MemoryStream stream = connection.Inner[0];
        PayloadException failure = Assert.Throws<PayloadException>(() => Bytes(() => stream.Length));
        Assert.Equal(
            "Captured variable 'stream' of Braid.Tests.PayloadRefusalTests.A_captured_variable_is_named (type System.IO.MemoryStream) cannot travel to another process: "
            + "it is bound to an operating system handle. Pass what is needed to open it again.",
            failure.Message);
    }

    [Fact]
    public void The_way_to_the_value_is_told()
    {
        var connection = new Holder(_stream);
        int number = 1;
        PayloadException failure = Assert.Throws<PayloadException>(() => Bytes(() => number + connection.Inner.Length));
        Assert.Equal(
            [
                "captured variable 'connection' of Braid.Tests.PayloadRefusalTests.The_way_to_the_value_is_told",
                "property 'Inner' of Braid.Tests.PayloadRefusalTests.Holder",
                "element 0",
            ],
            failure.Path);
        PayloadException inMap = Assert.Throws<PayloadException>(() => Bytes(new Dictionary<string, object> { ["log"] = _stream }));
        Assert.Equal(["the entry of key 'log'"], inMap.Path);
    }

    [Fact]
    public void A_captured_this_is_named()
    {
        PayloadException failure = Assert.Throws<PayloadException>(() => Bytes(() => _stream.Length));
        Assert.StartsWith("'this', captured in Braid.Tests.PayloadRefusalTests.A_captured_this_is_named, field", failure.Message, StringComparison.Ordinal);
        int number = 1;
        PayloadException both = Assert.Throws<PayloadException>(() => Bytes(() => number + _stream.Length));
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
    public void A_token_travels_only_if_nobody_can_cancel_it()
    {
        Assert.False(Of(CancellationToken.None).CanBeCanceled);
        using var source = new CancellationTokenSource();
        PayloadException failure = Assert.Throws<PayloadException>(() => Bytes(source.Token));
        Assert.Contains("Pass a shared event, or CancellationToken.None", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_lazy_sequence_is_refused_rather_than_sent_as_nothing()
    {
        PayloadException failure = Assert.Throws<PayloadException>(() => Bytes(Enumerable.Range(1, 3).Select(i => i + 1)));
        Assert.Contains("Pass an array or a list of its elements", failure.Message, StringComparison.Ordinal);
    }

    public override void Dispose()
    {
        _stream.Dispose();
        base.Dispose();
    }

    /// <summary>The type decides, not what the object holds; those that the runtime knows more closely are made in earnest.</summary>
    private static object Made(Type type)
    {
        object value = type == typeof(Thread) ? new Thread(() => { })
            : type == typeof(WeakReference) ? new WeakReference(null)
            : System.Runtime.CompilerServices.RuntimeHelpers.GetUninitializedObject(type);
        GC.SuppressFinalize(value);
        return value;
    }

    private sealed class Holder(MemoryStream inner)
    {
        public MemoryStream[] Inner { get; } = [inner];
    }

    private sealed class Derived : List<int>
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
