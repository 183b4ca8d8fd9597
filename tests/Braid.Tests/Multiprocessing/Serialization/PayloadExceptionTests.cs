using Braid.Multiprocessing;
using static Braid.Tests.PayloadRoundTrip;

namespace Braid.Tests;

public sealed class PayloadExceptionTests : TimedTest
{
    [Fact]
    public void An_exception_arrives_as_its_own_type_with_its_message_and_its_stack()
    {
        Exception thrown = Thrown(new InvalidOperationException("no such order"));
        Exception back = Of(thrown);
        Assert.IsType<InvalidOperationException>(back);
        Assert.Equal("no such order", back.Message);
        Assert.Equal(thrown.HResult, back.HResult);
        Assert.Contains(nameof(Thrown), back.StackTrace, StringComparison.Ordinal);
        Assert.Contains(nameof(Thrown), Thrown(back).ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void What_exceptions_of_dotnet_add_survives()
    {
        var argument = Assert.IsType<ArgumentOutOfRangeException>(Of<Exception>(new ArgumentOutOfRangeException("size", 5, "too large")));
        Assert.Equal(("size", 5), (argument.ParamName, argument.ActualValue));
        Assert.Equal(new ArgumentOutOfRangeException("size", 5, "too large").Message, argument.Message);
        var aggregate = Assert.IsType<AggregateException>(Of<Exception>(new AggregateException("all", new FormatException("one"), new KeyNotFoundException("two"))));
        Assert.Equal(["one", "two"], aggregate.InnerExceptions.Select(inner => inner.Message));
        Assert.Same(aggregate.InnerExceptions[0], aggregate.InnerException);
        Assert.IsType<TaskCanceledException>(Of<Exception>(new TaskCanceledException("gone", null, new CancellationToken(true))));
        Assert.Equal("a.txt", Assert.IsType<FileNotFoundException>(Of<Exception>(new FileNotFoundException("?", "a.txt"))).FileName);
    }

    [Fact]
    public void An_exception_of_the_program_arrives_with_its_fields_and_without_its_constructor()
    {
        Exception back = Of<Exception>(new OrderException(7, new FormatException("why")) { Data = { ["n"] = 1, ["t"] = "x", ["o"] = new object() } });
        var order = Assert.IsType<OrderException>(back);
        Assert.Equal((7, "order 7", "why"), (order.Order, order.Message, order.InnerException!.Message));
        Assert.Equal((1, "x"), (order.Data["n"], order.Data["t"]));
        Assert.IsType<object>(order.Data["o"]);
        Assert.Equal(1, OrderException.Made);
    }

    [Fact]
    public void An_exception_that_holds_what_cannot_travel_is_stood_in_for()
    {
        Exception back = Of<Exception>(Thrown(new HoldingException("holds", new FormatException("why"))));
        var remote = Assert.IsType<RemoteException>(back);
        Assert.Equal(("holds", "why"), (remote.Message, remote.InnerException!.Message));
        Assert.EndsWith("PayloadExceptionTests.HoldingException", remote.TypeName, StringComparison.Ordinal);
        Assert.Contains(nameof(Thrown), remote.RemoteStackTrace, StringComparison.Ordinal);
        Assert.StartsWith("Property 'Reader' of Braid.Tests.PayloadExceptionTests.HoldingException (type System.IO.StringReader) cannot travel to another process: ", remote.Reason, StringComparison.Ordinal);
        Assert.Contains(remote.Reason, remote.ToString(), StringComparison.Ordinal);
        Assert.StartsWith("Braid.Tests.PayloadExceptionTests.HoldingException, in another process: ", remote.ToString(), StringComparison.Ordinal);
        Assert.Contains(nameof(Thrown), remote.ToString(), StringComparison.Ordinal);
        var again = Assert.IsType<RemoteException>(Of<Exception>(remote));
        Assert.Equal((remote.TypeName, remote.RemoteStackTrace, "holds"), (again.TypeName, again.RemoteStackTrace, again.Message));
    }

    [Fact]
    public void An_exception_of_an_assembly_that_is_not_loaded_here_is_stood_in_for()
    {
        byte[] bytes = Bytes<Exception>(new OrderException(8, null));
        int at = bytes.AsSpan().IndexOf(typeof(OrderException).Module.ModuleVersionId.ToByteArray());
        bytes[at] ^= 1;
        var remote = Assert.IsType<RemoteException>(Read<Exception>(bytes));
        Assert.Equal("order 8", remote.Message);
        Assert.Equal("order 8", Assert.IsType<RemoteException>(Read<Exception>(bytes, PayloadSource.Peer)).Message);
    }

    [Fact]
    public void Data_of_any_type_that_can_travel_arrives_and_what_cannot_is_named()
    {
        var id = Guid.NewGuid();
        Exception back = Of<Exception>(new FormatException("x")
        {
            Data =
            {
                ["id"] = id, ["when"] = new DateTime(2026, 1, 2), ["list"] = new List<int> { 1 }, [DayOfWeek.Friday] = TimeSpan.FromSeconds(1), [7] = null, ["stream"] = new StringReader(""),
            },
        });
        Assert.Equal((id, new DateTime(2026, 1, 2), TimeSpan.FromSeconds(1)), (back.Data["id"], back.Data["when"], back.Data[DayOfWeek.Friday]));
        Assert.Equal([1], (List<int>)back.Data["list"]!);
        Assert.True(back.Data.Contains(7));
        Assert.StartsWith("(a System.IO.StringReader that did not travel: ", (string)back.Data["stream"]!, StringComparison.Ordinal);
        Exception big = Of<Exception>(new FormatException("x") { Data = { ["big"] = new byte[1_000_000] } });
        Assert.StartsWith("(a System.Byte[] that did not travel: ", (string)big.Data["big"]!, StringComparison.Ordinal);
    }

    [Fact]
    public void Nothing_that_arrives_loads_an_assembly_that_the_program_does_not_refer_to()
    {
        const string Foreign = "Microsoft.AspNetCore.Connections.Abstractions";
        string file = Path.Combine(Path.GetDirectoryName(typeof(object).Assembly.Location)!.Replace("Microsoft.NETCore.App", "Microsoft.AspNetCore.App", StringComparison.Ordinal), Foreign + ".dll");
        (byte[] thrown, byte[] value) = Process.Run(() =>
        {
            var assembly = System.Reflection.Assembly.LoadFrom(file);
            return (Bytes((Exception)Activator.CreateInstance(assembly.GetType("Microsoft.AspNetCore.Connections.ConnectionResetException", throwOnError: true)!, "no store")!),
                Bytes<object>(assembly.GetType("Microsoft.AspNetCore.Connections.TransferFormat", throwOnError: true)!.GetEnumValues().GetValue(1)!));
        });
        var remote = Assert.IsType<RemoteException>(Read<Exception>(thrown));
        Assert.Equal(("Microsoft.AspNetCore.Connections.ConnectionResetException", "no store"), (remote.TypeName, remote.Message));
        Assert.Contains($"A type or method of {Foreign} arrived", remote.Reason, StringComparison.Ordinal);
        Assert.Contains("nothing that arrives makes it load code", Assert.Throws<PayloadException>(() => Read<object>(value)).Message, StringComparison.Ordinal);
        Assert.DoesNotContain(AppDomain.CurrentDomain.GetAssemblies(), static assembly => assembly.GetName().Name == Foreign);
    }

    [Fact]
    public void All_that_the_program_was_built_with_is_loaded_before_a_result_is_read()
    {
        ProgramCode.WaitUntilLoaded();
        string[] loaded = [.. AppDomain.CurrentDomain.GetAssemblies().Select(static assembly => assembly.GetName().Name!)];
        Assert.All(System.Reflection.Assembly.GetEntryAssembly()!.GetReferencedAssemblies(), reference => Assert.Contains(reference.Name, loaded));
        Assert.Contains("System.Private.Xml", loaded);
    }

    [Fact]
    public void An_exception_whose_getters_throw_is_described_all_the_same()
    {
        var remote = Assert.IsType<RemoteException>(Of<Exception>(new HostileException()));
        Assert.Equal(HostileException.Code, remote.HResult);
        Assert.Equal("(asking for it failed with System.NotSupportedException)", remote.Message);
    }

    [Fact]
    public void A_message_without_end_is_cut_off_with_a_note()
    {
        byte[] bytes = Bytes<Exception>(new InvalidOperationException(new string('x', 50_000_000), new FormatException(new string('y', 1_000_000))));
        Assert.True(bytes.Length < 80_000, $"{bytes.Length}");
        Exception back = Read<Exception>(bytes);
        Assert.EndsWith("x ... (49967232 of 50000000 characters left out)", back.Message, StringComparison.Ordinal);
        Assert.Equal(" ... (1000000 of 1000000 characters left out)", back.InnerException!.Message);
        Assert.IsType<RemoteException>(Of<Exception>(new HoldingException("m", null) { Text = new string('x', 1_000_000), Reader = null }));
    }

    [Fact]
    public void Circles_and_chains_without_end_are_cut_off()
    {
        var circle = new OrderException(9, null);
        circle.Other = circle;
        var back = Assert.IsType<OrderException>(Of<Exception>(circle));
        Assert.Contains("refers back to itself", back.Other!.Message, StringComparison.Ordinal);
        Exception chain = new FormatException("end");
        for (int i = 0; i < 40; i++)
        {
            chain = i % 2 == 0 ? new AggregateException(chain, chain) : new FormatException("link", chain);
        }

        Assert.True(Bytes(chain).Length < 2_000_000);
        Exception last = Of(chain);
        for (int depth = 0; depth < 16; depth++)
        {
            last = last.InnerException!;
        }

        Assert.Contains("more than 16 exceptions inside each other", Assert.IsType<RemoteException>(last).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void One_exception_mentioned_twice_arrives_as_one_and_fits_where_it_is_declared()
    {
        var exception = new FormatException("x");
        Exception[] back = Of<Exception[]>([exception, exception]);
        Assert.Same(back[0], back[1]);
        PayloadException failure = Assert.Throws<PayloadException>(() => Of(new HoldingException("holds", null)));
        Assert.Contains("HoldingException could not be rebuilt here", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Our_own_errors_travel_with_all_they_say()
    {
        PayloadException refused = Assert.Throws<PayloadException>(() => Bytes(new object[] { new StringReader("") }));
        var back = Assert.IsType<PayloadException>(Of<Exception>(refused));
        Assert.Equal((refused.Message, refused.TypeName), (back.Message, back.TypeName));
        Assert.Equal(refused.Path, back.Path);
    }

    private static T Thrown<T>(T exception)
        where T : Exception
    {
        try
        {
            throw exception;
        }
        catch (T caught)
        {
            return caught;
        }
    }

    private sealed class OrderException : Exception
    {
        public OrderException(int order, Exception? inner)
            : base($"order {order}", inner)
        {
            Order = order;
            Made = order == 7 ? Made + 1 : Made;
        }

        public static int Made { get; private set; }

        public int Order { get; }

        public Exception? Other { get; set; }
    }

    private sealed class HoldingException(string message, Exception? inner) : Exception(message, inner)
    {
        public StringReader? Reader { get; set; } = new("");

        public string? Text { get; set; }
    }

    private sealed class HostileException : Exception
    {
        public const int Code = 77;

        public HostileException() => HResult = Code;

        public StringReader? Reader { get; set; }

        public override string Message => throw new NotSupportedException();

        public override string? StackTrace => throw new NotSupportedException();

        public override System.Collections.IDictionary Data => throw new NotSupportedException();

        public override string? Source
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override string ToString() => throw new NotSupportedException();
    }
}
